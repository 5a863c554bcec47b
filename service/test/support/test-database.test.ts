import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { one, run, statement } from '../../src/platform/database/database.ts';
import { createTestDatabase } from './test-database.ts';

const createTable = statement('test-create-table', 'CREATE TABLE mine (id int)');
const findTable = statement<{ found: boolean }, [string]>(
  'test-find-table',
  'SELECT to_regclass($1) IS NOT NULL AS found',
);

test('test databases that are created at the same time are independent', async () => {
  await using all = new AsyncDisposableStack();
  const databases = await Promise.all(Array.from({ length: 6 }, () => createTestDatabase()));
  for (const database of databases) all.use(database);
  for (const { pool } of databases) await run(pool, createTable, []);
  assert.equal(new Set(databases.map(({ url }) => url)).size, databases.length);
});

test('a test database is migrated, an empty one is not', async () => {
  await using migrated = await createTestDatabase();
  await using empty = await createTestDatabase({ empty: true });
  assert.deepEqual(await one(migrated.pool, findTable, ['schema_migration']), { found: true });
  assert.deepEqual(await one(empty.pool, findTable, ['schema_migration']), { found: false });
});

test('without the global set-up the error says how to run a test', () => {
  const code = `import { createTestDatabase } from ${JSON.stringify(import.meta.resolve('./test-database.ts'))};
    await createTestDatabase();`;
  const { CPE_DESK_TEST_SERVER: _, ...env } = process.env;
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', code], {
    env,
    encoding: 'utf8',
  });
  assert.equal(status, 1);
  assert.match(stderr, /--test-global-setup=service\/test\/support\/global-setup\.ts/);
});

import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { maybeOne, one, type Pool, run, statement } from './database.ts';
import { MigrationError, migrate } from './migrate.ts';
import { tempFolder } from './testing/temp-folder.ts';
import { createTestDatabase } from './testing/test-database.ts';

const MAKE_A = { '0001-make-a.sql': 'CREATE TABLE a (id int);\nINSERT INTO a VALUES (1);\n' };
const MAKE_B = { '0002-make-b.sql': 'CREATE TABLE b (id int);\n' };

/** An empty database and a folder of migrations, till the end of the block. */
async function workplace(files: Record<string, string>) {
  const database = await createTestDatabase({ empty: true });
  const folder = await tempFolder();
  const place = {
    ...database,
    folder: folder.path,
    async write(more: Record<string, string>) {
      for (const [name, sql] of Object.entries(more)) await writeFile(join(folder.path, name), sql);
    },
    async [Symbol.asyncDispose]() {
      await database.drop();
      await folder[Symbol.asyncDispose]();
    },
  };
  await place.write(files);
  return place;
}

const countA = statement<{ count: number }>('count-a', 'SELECT count(*) FROM a');
const findTable = statement<{ found: boolean }, [string]>(
  'find-table',
  'SELECT to_regclass($1) IS NOT NULL AS found',
);
const has = async (pool: Pool, table: string) => (await one(pool, findTable, [table])).found;

test('migrations are applied in order, once', async () => {
  await using place = await workplace({ ...MAKE_B, ...MAKE_A });
  assert.deepEqual(await migrate(place.url, place), { applied: ['0001-make-a.sql', '0002-make-b.sql'] });
  assert.deepEqual(await migrate(place.url, place), { applied: [] });
  await place.write({ '0003-more-a.sql': 'INSERT INTO a VALUES (2);' });
  assert.deepEqual(await migrate(place.url, place), { applied: ['0003-more-a.sql'] });
  assert.deepEqual(await one(place.pool, countA, []), { count: 2 });
});

test('several instances may migrate at once', async () => {
  await using place = await workplace({ ...MAKE_A, ...MAKE_B });
  const done = await Promise.all(Array.from({ length: 5 }, () => migrate(place.url, place)));
  const applied = done.flatMap(({ applied }) => applied).sort();
  assert.deepEqual(applied, ['0001-make-a.sql', '0002-make-b.sql']);
  assert.deepEqual(await one(place.pool, countA, []), { count: 1 });
});

test('a file that was changed after it was applied is refused', async () => {
  await using place = await workplace(MAKE_A);
  await migrate(place.url, place);
  await place.write({ '0001-make-a.sql': 'CREATE TABLE a (id bigint);', ...MAKE_B });
  await assert.rejects(migrate(place.url, place), {
    code: 'changed',
    message: /^0001-make-a\.sql was changed/,
  });
  assert.equal(await has(place.pool, 'b'), false);
});

test('line ends of Windows are not a change', async () => {
  await using place = await workplace(MAKE_A);
  await migrate(place.url, place);
  await place.write({ '0001-make-a.sql': MAKE_A['0001-make-a.sql'].replaceAll('\n', '\r\n') });
  assert.deepEqual(await migrate(place.url, place), { applied: [] });
});

test('a database that a newer version has migrated is refused', async () => {
  await using place = await workplace({ ...MAKE_A, ...MAKE_B });
  await migrate(place.url, place);
  await rm(join(place.folder, '0002-make-b.sql'));
  await assert.rejects(migrate(place.url, place), { code: 'newer-database', message: /0002-make-b\.sql/ });
});

test('a migration that was slipped in before an applied one is refused', async () => {
  await using place = await workplace(MAKE_B);
  await migrate(place.url, place);
  await place.write(MAKE_A);
  await assert.rejects(migrate(place.url, place), { code: 'out-of-order' });
  assert.equal(await has(place.pool, 'a'), false);
});

test('a migration that fails leaves nothing of itself, keeps those before it, and tells file and line', async () => {
  await using place = await workplace(MAKE_A);
  await place.write({ '0002-make-b.sql': 'CREATE TABLE b (id int);\n\nSELECT nothing FROM b;\n' });
  await assert.rejects(migrate(place.url, place), (error) => {
    assert(error instanceof MigrationError);
    assert.equal(error.code, 'failed');
    assert.match(error.message, /^0002-make-b\.sql:3: .*"nothing" does not exist/);
    return true;
  });
  assert.equal(await has(place.pool, 'b'), false);
  await place.write(MAKE_B);
  assert.deepEqual(await migrate(place.url, place), { applied: ['0002-make-b.sql'] });
});

test('a name without a number, or a number given twice, is refused before anything is done', async () => {
  for (const name of ['make-c.sql', '3-make-c.sql', '0003_make_c.sql', '0001-make-c.sql']) {
    await using place = await workplace({ ...MAKE_A, [name]: 'CREATE TABLE c (id int)' });
    await assert.rejects(migrate(place.url, place), { code: 'bad-file-name' }, name);
    assert.equal(await has(place.pool, 'a'), false);
  }
});

test('what a migration was is recorded with it', async () => {
  await using place = await workplace(MAKE_A);
  await migrate(place.url, place);
  const recorded = statement<{ sha256: string }, [string]>(
    'recorded',
    'SELECT sha256 FROM schema_migration WHERE name = $1 AND applied_at <= now()',
  );
  assert.match((await one(place.pool, recorded, ['0001-make-a.sql'])).sha256, /^[0-9a-f]{64}$/);
  assert.equal(await maybeOne(place.pool, recorded, ['0002-make-b.sql']), undefined);
});

test('a role that may only read and write data can start on a database that is up to date', async () => {
  await using place = await workplace(MAKE_A);
  await migrate(place.url, place);
  const role = new URL(place.url).pathname.slice(1).replace('test', 'role');
  for (const sql of [
    `CREATE ROLE ${role} LOGIN PASSWORD 'reader'`,
    'REVOKE CREATE ON SCHEMA public FROM PUBLIC',
    `GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO ${role}`,
  ]) {
    await run(place.pool, statement(sql.slice(0, 20), sql), []);
  }
  const url = new URL(place.url);
  url.username = role;
  url.password = 'reader';
  try {
    assert.deepEqual(await migrate(url.href, place), { applied: [] });
  } finally {
    await run(place.pool, statement('drop-owned', `DROP OWNED BY ${role}`), []);
    await run(place.pool, statement('drop-role', `DROP ROLE ${role}`), []);
  }
});

import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import pg from 'pg';
import { connect } from '../../../src/platform/database/connect.ts';
import {
  maybeOne,
  one,
  type Pool,
  run,
  statement,
} from '../../../src/platform/database/database.ts';
import { describeInstance, registerInstance } from '../../../src/platform/instances/registry.ts';
import { StartError } from '../../../src/platform/process/start-error.ts';
import { migrate } from '../../../src/platform/schema/migrate.ts';
import { withMigrationLock } from '../../../src/platform/schema/migration-lock.ts';
import { migrationsUntil } from '../../support/migrations-until.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { createTestDatabase } from '../../support/test-database.ts';
import { until } from '../../support/until.ts';

const MAKE_A = { '0001-make-a.sql': 'CREATE TABLE a (id int);\nINSERT INTO a VALUES (1);\n' };
const MAKE_B = { '0002-make-b.sql': 'CREATE TABLE b (id int);\n' };

/** An empty database and a folder of migrations, until the end of the block. */
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
  assert.deepEqual(await migrate(place.url, place), {
    applied: ['0001-make-a.sql', '0002-make-b.sql'],
  });
  assert.deepEqual(await migrate(place.url, place), { applied: [] });
  await place.write({ '0003-more-a.sql': 'INSERT INTO a VALUES (2);' });
  assert.deepEqual(await migrate(place.url, place), { applied: ['0003-more-a.sql'] });
  assert.deepEqual(await one(place.pool, countA, []), { count: 2 });
});

test('several instances may migrate at the same time', async () => {
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

test('Windows line ends do not change a migration', async () => {
  await using place = await workplace(MAKE_A);
  await migrate(place.url, place);
  await place.write({ '0001-make-a.sql': MAKE_A['0001-make-a.sql'].replaceAll('\n', '\r\n') });
  assert.deepEqual(await migrate(place.url, place), { applied: [] });
});

test('a database that a newer version migrated is refused', async () => {
  await using place = await workplace({ ...MAKE_A, ...MAKE_B });
  await migrate(place.url, place);
  await rm(join(place.folder, '0002-make-b.sql'));
  await assert.rejects(migrate(place.url, place), {
    code: 'newer-database',
    message: /0002-make-b\.sql/,
  });
});

test('a new migration before an applied one is refused', async () => {
  await using place = await workplace(MAKE_B);
  await migrate(place.url, place);
  await place.write(MAKE_A);
  await assert.rejects(migrate(place.url, place), { code: 'out-of-order' });
  assert.equal(await has(place.pool, 'a'), false);
});

test('a migration that fails is rolled back alone; the error has file and line', async () => {
  await using place = await workplace(MAKE_A);
  await place.write({ '0002-make-b.sql': 'CREATE TABLE b (id int);\n\nSELECT nothing FROM b;\n' });
  await assert.rejects(migrate(place.url, place), (error) => {
    assert(error instanceof StartError);
    assert.equal(error.code, 'failed');
    assert.match(error.message, /^0002-make-b\.sql:3: .*"nothing" does not exist/);
    return true;
  });
  assert.equal(await has(place.pool, 'b'), false);
  await place.write(MAKE_B);
  assert.deepEqual(await migrate(place.url, place), { applied: ['0002-make-b.sql'] });
});

test('a name without a number, or a repeated number, is refused before any migration', async () => {
  for (const name of ['make-c.sql', '3-make-c.sql', '0003_make_c.sql', '0001-make-c.sql']) {
    await using place = await workplace({ ...MAKE_A, [name]: 'CREATE TABLE c (id int)' });
    await assert.rejects(migrate(place.url, place), { code: 'bad-file-name' }, name);
    assert.equal(await has(place.pool, 'a'), false);
  }
});

/** A session that holds locks. */
const session = async (url: string) => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const end = () => client.end();
  return Object.assign(client, { [Symbol.asyncDispose]: end });
};

test('a migration that waits for a lock lets other statements pass and is tried again', async () => {
  await using place = await workplace(MAKE_A);
  await migrate(place.url, place);
  await place.write({ '0002-more-a.sql': 'ALTER TABLE a ADD COLUMN more text;' });
  await using holder = await session(place.url);
  await holder.query('BEGIN; SELECT FROM a');
  const said: string[] = [];
  const migrating = migrate(place.url, { ...place, print: (line) => said.push(line) });
  await until('it was tried', async () => said.length > 0);
  // No statement queues behind a migration that pauses.
  await using reader = await session(place.url);
  await reader.query(`SET statement_timeout = '5s'`);
  await reader.query('SELECT FROM a');
  await holder.query('COMMIT');
  assert.deepEqual(await migrating, { applied: ['0002-more-a.sql'] });
  assert.match(said[0] ?? '', /^0002-more-a\.sql waits for a lock of another database session/);
});

test('a migration that gets no lock fails with the file and what to do', async () => {
  await using place = await workplace(MAKE_A);
  await migrate(place.url, place);
  await place.write({ '0002-more-a.sql': 'ALTER TABLE a ADD COLUMN more text;' });
  await using holder = await session(place.url);
  await holder.query('BEGIN; SELECT FROM a');
  await assert.rejects(migrate(place.url, { ...place, attempts: 1 }), {
    code: 'locked',
    message: /^0002-more-a\.sql: canceling statement due to lock timeout.*pg_locks/,
  });
  await holder.query('COMMIT');
  assert.deepEqual(await migrate(place.url, place), { applied: ['0002-more-a.sql'] });
});

const selectWaiting = statement(
  'select-waiting',
  `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
);

test('a migration that is the victim of a deadlock is tried again', async () => {
  await using place = await workplace({ ...MAKE_A, ...MAKE_B });
  await migrate(place.url, place);
  const sql = 'LOCK TABLE a;\nLOCK TABLE b;\nCREATE TABLE c (id int);';
  await place.write({ '0003-make-c.sql': sql });
  await using other = await session(place.url);
  // This session is never the victim, so the migration is.
  await other.query(`SET deadlock_timeout = '1h'; BEGIN; LOCK TABLE b`);
  const migrating = migrate(place.url, place);
  await until('it waits for b', async () => (await run(place.pool, selectWaiting, [])).length > 0);
  await other.query('LOCK TABLE a');
  await other.query('COMMIT');
  assert.deepEqual(await migrating, { applied: ['0003-make-c.sql'] });
});

const INDEX_A = {
  '0002-index-a.sql': '-- no-transaction\ncreate unique index concurrently a_id on a (id);\n',
};

test('one of several instances builds an index, and writers continue', async () => {
  await using place = await workplace(MAKE_A);
  await migrate(place.url, place);
  await place.write(INDEX_A);
  await using writer = await session(place.url);
  await writer.query('BEGIN; INSERT INTO a VALUES (2)');
  const migrating = Promise.all([1, 2, 3].map(() => migrate(place.url, place)));
  await using other = await session(place.url);
  await until('the build waits for the open transaction', async () => {
    const { rows } = await other.query(
      `SELECT FROM pg_stat_progress_create_index WHERE phase LIKE 'waiting for writers%'`,
    );
    return rows.length > 0;
  });
  await other.query(`SET statement_timeout = '5s'; INSERT INTO a VALUES (3)`);
  await writer.query('COMMIT');
  const applied = (await migrating).flatMap((each) => each.applied);
  assert.deepEqual(applied, ['0002-index-a.sql']);
});

const isValid = statement<{ is_valid: boolean }>(
  'is-valid',
  `SELECT indisvalid AS is_valid FROM pg_index WHERE indexrelid = 'a_id'::regclass`,
);

test('an index build waits for no instance that waits for its turn', async () => {
  await using place = await workplace(MAKE_A);
  await migrate(place.url, place);
  const built: Promise<void>[] = [];
  await withMigrationLock(place.url, async () => {
    for (let waiting = 0; waiting < 40; waiting++)
      built.push(withMigrationLock(place.url, async () => {}));
    await using client = await connect(place.url, 'index build');
    await client.query(`set statement_timeout = '10s'`);
    // Some poll is running whenever a build looks for older snapshots.
    for (let times = 0; times < 40; times++) {
      await client.query('create index concurrently again on a (id)');
      await client.query('drop index again');
    }
  });
  await Promise.all(built);
});

test('an invalid index of a failed build is built again, a complete one kept', async () => {
  await using place = await workplace({
    '0001-make-a.sql': 'CREATE TABLE a (id int);\nINSERT INTO a VALUES (1), (1);',
  });
  await migrate(place.url, place);
  await place.write(INDEX_A);
  await assert.rejects(migrate(place.url, place), {
    code: 'failed',
    message: /^0002-index-a\.sql/,
  });
  assert.deepEqual(await one(place.pool, isValid, []), { is_valid: false });
  await using client = await session(place.url);
  await client.query('TRUNCATE a');
  assert.deepEqual(await migrate(place.url, place), { applied: ['0002-index-a.sql'] });
  assert.deepEqual(await one(place.pool, isValid, []), { is_valid: true });
  await client.query(`DELETE FROM schema_migration WHERE name = '0002-index-a.sql'`);
  assert.deepEqual(await migrate(place.url, place), { applied: ['0002-index-a.sql'] });
});

test('a file without a transaction drops an index, also one that is gone', async () => {
  await using place = await workplace({ ...MAKE_A, ...INDEX_A });
  await migrate(place.url, place);
  await place.write({
    '0003-no-index.sql': '-- no-transaction\ndrop index concurrently if exists a_id;\n',
  });
  await migrate(place.url, place);
  assert.equal(await has(place.pool, 'a_id'), false);
  await using client = await session(place.url);
  await client.query(`DELETE FROM schema_migration WHERE name = '0003-no-index.sql'`);
  assert.deepEqual(await migrate(place.url, place), { applied: ['0003-no-index.sql'] });
});

test('a file without a transaction may only build and drop indexes', async () => {
  for (const sql of [
    'create index a_id on a (id);',
    'create index concurrently if not exists a_id on a (id);',
    'drop index a_id;',
    'create index concurrently a_id on a (id); alter table a add column b int;',
  ]) {
    await using place = await workplace(MAKE_A);
    await place.write({ '0002-index-a.sql': `-- no-transaction\n${sql}` });
    await assert.rejects(migrate(place.url, place), { code: 'bad-file' }, sql);
    assert.equal(await has(place.pool, 'a'), false);
  }
});

test('a migration that breaks older instances waits until the operator stopped them', async () => {
  await using database = await createTestDatabase();
  await using folder = await migrationsUntil('9999');
  const sql = '-- oldest-writer: 0019\nALTER TABLE drift ADD COLUMN contract text;';
  await writeFile(join(folder.path, '9999-contract.sql'), sql);
  const place = { folder: folder.path };
  const instance = { ...describeInstance(), schemas: { oldest: 18, newest: 18 } };
  await using old = await registerInstance(database.pool, instance, { warn: () => {} });
  await assert.rejects(migrate(database.url, place), {
    code: 'older-instances',
    message: /^9999-contract\.sql needs all instances to know schema 19\. .*npm run instances/,
  });
  await old.stop();
  assert.deepEqual(await migrate(database.url, place), { applied: ['9999-contract.sql'] });
  const { rows } = await database.pool.connection.query({
    text: 'select oldest_writer from schema_guard',
  });
  assert.deepEqual(rows, [{ oldest_writer: 19 }]);
});

test('the previous release starts on a newer database until a migration forbids it', async () => {
  await using database = await createTestDatabase();
  await using folder = await migrationsUntil('9999');
  await writeFile(
    join(folder.path, '9998-expand.sql'),
    'ALTER TABLE drift ADD COLUMN expand text;',
  );
  await migrate(database.url, { folder: folder.path });
  assert.deepEqual(await migrate(database.url), { applied: [] });
  const contract = '-- oldest-writer: 9998\nALTER TABLE drift DROP COLUMN expand;';
  await writeFile(join(folder.path, '9999-contract.sql'), contract);
  await migrate(database.url, { folder: folder.path });
  await assert.rejects(migrate(database.url), {
    code: 'newer-database',
    message: /9998-expand\.sql, 9999/,
  });
});

test('the text of a migration is recorded with it', async () => {
  await using place = await workplace(MAKE_A);
  await migrate(place.url, place);
  const recorded = statement<{ sha256: string }, [string]>(
    'recorded',
    'SELECT sha256 FROM schema_migration WHERE name = $1 AND applied_at <= now()',
  );
  assert.match((await one(place.pool, recorded, ['0001-make-a.sql'])).sha256, /^[0-9a-f]{64}$/);
  assert.equal(await maybeOne(place.pool, recorded, ['0002-make-b.sql']), undefined);
});

test('a role without rights on the schema starts on a migrated database', async () => {
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

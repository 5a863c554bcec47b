import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import {
  inTransaction,
  maybeOne,
  one,
  openDatabase,
  type Queryable,
  run,
  statement,
} from '../../../src/platform/database/database.ts';
import { startEmbeddedPostgres } from '../../../src/platform/embedded-postgres/embedded-postgres.ts';
import { pgCtl } from '../../support/embedded-server.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { createTestDatabase } from '../../support/test-database.ts';

const { pool, url, drop } = await createTestDatabase({ empty: true });
after(drop);

await run(
  pool,
  statement('make-note', 'CREATE TABLE note (id int PRIMARY KEY, text text NOT NULL)'),
  [],
);
const insertNote = statement<object, [id: number, text: string]>(
  'insert-note',
  'INSERT INTO note (id, text) VALUES ($1, $2)',
);
const findNote = statement<{ text: string }, [id: number]>(
  'find-note',
  'SELECT text FROM note WHERE id = $1',
);
const allNotes = statement<{ id: number }>('all-notes', 'SELECT id FROM note ORDER BY id');
const backendPid = statement<{ pid: number }>('backend-pid', 'SELECT pg_backend_pid() AS pid');
const terminate = statement<object, [pid: number]>(
  'terminate',
  'SELECT pg_terminate_backend($1, 5000)',
);

/** A log that keeps its entries. */
function listeningLog() {
  const messages: string[] = [];
  return { messages, warn: (_details: object, message: string) => messages.push(message) };
}

test('a statement is prepared under its name', async () => {
  const { prepared } = await inTransaction(pool, async (tx) => {
    await run(tx, findNote, [1]);
    return one(
      tx,
      statement<{ prepared: string }>(
        'see-prepared',
        `SELECT statement AS prepared FROM pg_prepared_statements WHERE name = 'find-note'`,
      ),
      [],
    );
  });
  assert.equal(prepared, findNote.text);
});

test('behind a pooler no statement is prepared under a name, in or outside a transaction', async () => {
  const unprepared = openDatabase(url, { max: 1, prepares: false, log: listeningLog() });
  const countPrepared = statement<{ count: number }>(
    'count-prepared',
    `SELECT count(*) AS count FROM pg_prepared_statements WHERE name <> ''`,
  );
  try {
    await run(unprepared, findNote, [1]);
    await inTransaction(unprepared, (tx) => run(tx, findNote, [1]));
    assert.deepEqual(await one(unprepared, countPrepared, []), { count: 0 });
  } finally {
    await unprepared.end();
  }
});

test('one and maybeOne refuse another number of rows', async () => {
  const series = statement<{ n: number }, [number]>(
    'series',
    'SELECT n FROM generate_series(1, $1) n',
  );
  assert.deepEqual(await one(pool, series, [1]), { n: 1 });
  assert.deepEqual(await maybeOne(pool, series, [1]), { n: 1 });
  assert.equal(await maybeOne(pool, series, [0]), undefined);
  await assert.rejects(one(pool, series, [0]), /series returned no row/);
  await assert.rejects(one(pool, series, [2]), /series returned 2 rows/);
  await assert.rejects(maybeOne(pool, series, [2]), /series returned 2 rows/);
});

test('counts are numbers, and an int8 that a number cannot hold exactly is refused', async () => {
  const count = statement<{ count: number }>('count', 'SELECT count(*) FROM generate_series(1, 3)');
  assert.deepEqual(await one(pool, count, []), { count: 3 });
  const int8 = statement<{ value: number }, [string]>('int8', 'SELECT $1::int8 AS value');
  assert.deepEqual(await one(pool, int8, ['-9007199254740991']), {
    value: Number.MIN_SAFE_INTEGER,
  });
  await assert.rejects(one(pool, int8, ['9007199254740992']), RangeError);
  assert.deepEqual(
    await one(pool, int8, ['1']),
    { value: 1 },
    'the connection is usable after that',
  );
});

test('a timestamptz is a Date', async () => {
  const moment = statement<{ at: Date }>(
    'moment',
    `SELECT '2026-11-23 20:00:00.123+01'::timestamptz AS at`,
  );
  assert.deepEqual(await one(pool, moment, []), { at: new Date('2026-11-23T19:00:00.123Z') });
});

test('connections have the name of the program', async () => {
  const name = statement<{ name: string }>(
    'name',
    `SELECT current_setting('application_name') AS name`,
  );
  assert.deepEqual(await one(pool, name, []), { name: 'cpe-desk' });
});

test('a transaction is visible when it is committed, and returns the value of its work', async () => {
  const write = (db: Queryable) => run(db, insertNote, [1, 'kept']);
  const answer = await inTransaction(pool, async (tx) => {
    await write(tx);
    assert.equal(await maybeOne(pool, findNote, [1]), undefined);
    return 'done';
  });
  assert.equal(answer, 'done');
  assert.deepEqual(await one(pool, findNote, [1]), { text: 'kept' });
});

test('a transaction whose work throws writes nothing and throws the same error', async () => {
  const broken = inTransaction(pool, async (tx) => {
    await run(tx, insertNote, [2, 'lost']);
    throw new TypeError('no');
  });
  await assert.rejects(broken, TypeError);
  assert.equal(await maybeOne(pool, findNote, [2]), undefined);
});

test('a transaction that caught a failed statement does not commit', async () => {
  const broken = inTransaction(pool, async (tx) => {
    await run(tx, insertNote, [3, 'lost']);
    await run(tx, insertNote, [3, 'twice']).catch(() => {});
  });
  await assert.rejects(broken, /rolled back/);
  assert.equal(await maybeOne(pool, findNote, [3]), undefined);
});

test('a transaction cannot be used after its end', async () => {
  const escaped = await inTransaction(pool, async (tx) => ({ tx }));
  await assert.rejects(run(escaped.tx, insertNote, [4, 'late']), /The transaction has ended/);
  assert.equal(await maybeOne(pool, findNote, [4]), undefined);
});

test('a connection that is lost in a transaction fails it and is not reused', async () => {
  const narrow = openDatabase(url, { max: 1, log: listeningLog() });
  const lost = await one(narrow, backendPid, []);
  const broken = inTransaction(narrow, async (tx) => {
    await run(tx, insertNote, [5, 'lost']);
    await run(pool, terminate, [lost.pid]);
    await run(tx, allNotes, []);
  });
  await assert.rejects(broken);
  assert.notDeepEqual(await one(narrow, backendPid, []), lost);
  assert.equal(await maybeOne(narrow, findNote, [5]), undefined);
  await narrow.end();
});

test('an idle connection that is lost is logged and replaced', async () => {
  const log = listeningLog();
  const narrow = openDatabase(url, { max: 1, log });
  const lost = await one(narrow, backendPid, []);
  await run(pool, terminate, [lost.pid]);
  while (log.messages.length === 0) await one(pool, backendPid, []);
  assert.deepEqual(log.messages, ['database connection lost']);
  assert.notDeepEqual(await one(narrow, backendPid, []), lost);
  await narrow.end();
});

test('a restart of the database fails running statements, and the pool recovers', async () => {
  await using folder = await tempFolder();
  const postgres = await startEmbeddedPostgres({
    dataDir: folder.path,
    print: () => {},
    durable: false,
  });
  const log = listeningLog();
  const restarted = openDatabase(postgres.url, { max: 3, log });
  try {
    const sleep = statement('sleep', 'SELECT pg_sleep(600)');
    const underWay = [
      run(restarted, sleep, []),
      inTransaction(restarted, (tx) => run(tx, sleep, [])),
    ];
    const failures = Promise.all(underWay.map((work) => assert.rejects(work)));
    const sleepers = statement<{ count: number }>(
      'sleepers',
      `SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'`,
    );
    while ((await one(restarted, sleepers, [])).count < underWay.length);
    // On the port that it had: pg_ctl repeats the options of the start.
    await pgCtl(postgres.home, 'restart', '-w', '-m', 'fast');
    await failures;
    while (log.messages.length === 0) await new Promise(setImmediate);
    assert.equal((await run(restarted, backendPid, [])).length, 1);
  } finally {
    await restarted.end();
    await postgres.stop();
  }
});

test('a database that does not answer is an error within a limit', async () => {
  const away = openDatabase('postgres://postgres@127.0.0.1:1/none', { log: listeningLog() });
  await assert.rejects(run(away, backendPid, []), { code: 'ECONNREFUSED' });
  await assert.rejects(
    inTransaction(away, async () => {}),
    { code: 'ECONNREFUSED' },
  );
  await away.end();
});

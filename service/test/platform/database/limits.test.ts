import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import pg from 'pg';
import {
  cancelledBy,
  inTransaction,
  one,
  openDatabase,
  type Pool,
  run,
  statement,
} from '../../../src/platform/database/database.ts';
import { openDatabases } from '../../../src/platform/database/databases.ts';
import {
  CallerLeft,
  databaseFault,
  UnconfirmedCommit,
} from '../../../src/platform/database/errors.ts';
import {
  divideConnections,
  FEWEST_CONNECTIONS,
  limits,
} from '../../../src/platform/database/limits.ts';
import { limitedPool } from '../../../src/platform/database/pool.ts';
import { SessionClient } from '../../../src/platform/database/session.ts';
import { createTestDatabase } from '../../support/test-database.ts';
import { until } from '../../support/until.ts';

const { pool: owner, applicationUrl: url, drop } = await createTestDatabase();
after(drop);
const log = { warn: () => {} };

const limitsNow = statement<{ statement: string; lock: string; idle: string; commit: string }>(
  'test-limits-now',
  `select current_setting('statement_timeout') as statement, current_setting('lock_timeout') as lock,
          current_setting('idle_in_transaction_session_timeout') as idle,
          current_setting('synchronous_commit') as commit`,
);
const serverCommit = statement<{ commit: string }>(
  'test-server-commit',
  `select reset_val as commit from pg_settings where name = 'synchronous_commit'`,
);
const FLOW = { statement: '4s', lock: '2s', idle: '10s' };
const SEARCH = { statement: '10s', lock: '2s', idle: '10s', commit: 'off' };

const withPool = async (
  options: Parameters<typeof openDatabase>[1],
  use: (pool: Pool) => Promise<void>,
) => {
  const pool = openDatabase(url, options);
  try {
    await use(pool);
  } finally {
    await pool.end();
  }
};

for (const isPooled of [false, true])
  for (const [of, limits] of [
    ['flow', FLOW],
    ['search', SEARCH],
  ] as const)
    test(`a statement of the class ${of} has its limits (pooler: ${isPooled})`, () =>
      withPool({ of, isPooled, prepares: !isPooled, max: 1, log }, async (pool) => {
        // The flow leaves synchronous_commit to the operator: the server's setting holds.
        const { commit } = await one(pool, serverCommit, []);
        const expected = { commit, ...limits };
        assert.deepEqual(await one(pool, limitsNow, []), expected);
        assert.deepEqual(await inTransaction(pool, (tx) => one(tx, limitsNow, [])), expected);
        const server = statement<{ value: string }>(
          'test-session-limit',
          `select reset_val as value from pg_settings where name = 'statement_timeout'`,
        );
        const left = isPooled ? '0' : String(Number.parseInt(limits.statement, 10) * 1000);
        assert.deepEqual(
          await one(pool, server, []),
          { value: left },
          'a pooled session is as before',
        );
      }));

test('an instance has as many connections as its setting, and each class at least one', () => {
  for (const all of [FEWEST_CONNECTIONS, 8, 12, 16, 17, 40, 200]) {
    const parts = Object.values(divideConnections(all));
    assert.ok(Math.min(...parts) >= 1, JSON.stringify(divideConnections(all)));
    assert.equal(
      parts.reduce((sum, part) => sum + part, 0),
      all,
    );
  }
  assert.throws(() => divideConnections(FEWEST_CONNECTIONS - 1), RangeError);
});

const countPrepared = statement<{ count: number }>(
  'test-count-prepared',
  'select count(*) as count from pg_prepared_statements',
);

test('a connection prepares a bounded number of named statements', () =>
  withPool({ of: 'search', max: 1, log }, async (pool) => {
    let most = 0;
    for (let n = 0; n < 600; n++) {
      await run(pool, statement(`test-name-${n}`, `select ${n} as n`), []);
      if (n % 50 === 0) most = Math.max(most, (await one(pool, countPrepared, [])).count);
    }
    assert.ok(most > 100 && most <= 260, `${most} prepared statements`);
  }));

const sleep = statement<never>('test-sleep', 'select pg_sleep(600)');
const countSleeping = statement<{ count: number }>(
  'test-count-sleeping',
  `select count(*) as count from pg_stat_activity
    where datname = current_database() and wait_event = 'PgSleep'`,
);
const sleeping = async () => (await one(owner, countSleeping, [])).count;

test('a caller who left before a connection was free sends no statement', () =>
  withPool({ of: 'read', max: 1, log }, async (pool) => {
    const left = new AbortController();
    const first = run(cancelledBy(pool, left.signal), sleep, []);
    const second = run(cancelledBy(pool, left.signal), sleep, []);
    const gone = Promise.all([first, second].map((work) => assert.rejects(work, CallerLeft)));
    await until('the first one runs', async () => (await sleeping()) === 1);
    left.abort();
    await gone;
    assert.equal(await sleeping(), 0);
    assert.deepEqual((await one(pool, limitsNow, [])).statement, '5s', 'the pool goes on');
  }));

test('a transaction that cannot begin releases its connection', async () => {
  const connections = new pg.Pool({ connectionString: url, Client: SessionClient, max: 1 });
  // PostgreSQL refuses the setting, after BEGIN in the same message.
  const refused = { ...limits.flow, lockMs: Number.NaN };
  const options = { limits: refused, isPooled: true, onUnconfirmed: () => {}, dropped: undefined };
  const pool = limitedPool(connections, options);
  try {
    for (let times = 0; times < 3; times++) await assert.rejects(pool.begin(), { code: '22023' });
    assert.deepEqual([connections.totalCount, connections.idleCount], [1, 1]);
  } finally {
    await pool.end();
  }
});

/** Neither a limit of the class nor the prefix of a pooled transaction ends it. */
const sleepLong = statement<never>(
  'test-sleep-long',
  `do $$ begin perform pg_sleep(600);
   exception when query_canceled then perform pg_sleep(600); end $$`,
);
const terminate = statement<{ ended: boolean }, [pid: number]>(
  'test-terminate',
  'select pg_terminate_backend($1) as ended',
);
const ownPid = statement<{ pid: number }>('test-own-pid', 'select pg_backend_pid() as pid');

for (const isPooled of [false, true])
  test(`a dropped session that still runs counts for its pool (pooler: ${isPooled})`, async () => {
    const databases = openDatabases(url, { connections: 7, isPooled, prepares: !isPooled, log });
    try {
      const before = await one(databases.flow, ownPid, []);
      await assert.rejects(run(databases.flow, sleepLong, []), UnconfirmedCommit);
      assert.equal(databases.countDropped(), 1);
      assert.equal(databases.commits.areConfirmed(), false);
      await assert.rejects(
        one(databases.flow, ownPid, []),
        /timeout exceeded when trying to connect/,
      );
      assert.equal(await sleeping(), 1, 'the session still runs');
      await run(owner, terminate, [before.pid]);
      const isOver = async () => databases.countDropped() === 0;
      await until('the session has ended', isOver, 10_000);
      assert.notDeepEqual(await one(databases.flow, ownPid, []), before);
      await until('a probe commits', async () => databases.commits.areConfirmed());
    } finally {
      await databases.end();
    }
  });

test('a failure of the database differs from a fault of the desk', () => {
  const failed = (code: string) => Object.assign(new Error('failed'), { code });
  const told: Record<string, RegExp> = {
    '25006': /read-only or recovering/,
    '40P01': /other work blocks it/,
    '55P03': /other work blocks it/,
    '57014': /other work blocks it/,
    '53100': /no space left/,
    '53300': /no free connection/,
    '57P01': /cannot be reached/,
    '08006': /cannot be reached/,
    ECONNREFUSED: /cannot be reached/,
    EHOSTUNREACH: /cannot be reached/,
    ENETUNREACH: /cannot be reached/,
    EAI_AGAIN: /cannot be reached/,
  };
  for (const [code, words] of Object.entries(told))
    assert.match(databaseFault(failed(code)) ?? code, words);
  assert.match(
    databaseFault(new Error('timeout exceeded when trying to connect')) ?? '',
    /connections for this work are busy/,
  );
  for (const code of ['23505', '42P01', '22021'])
    assert.equal(databaseFault(failed(code)), undefined);
  assert.equal(databaseFault(new pg.DatabaseError('no code', 7, 'error')), undefined);
});

test('each statement reports its class, its time and the code of its error', async () => {
  const databases = openDatabases(url, { connections: 7, log });
  try {
    const ended: [string, string | undefined][] = [];
    databases.onStatement((name, ms, code) => {
      assert.ok(ms >= 0);
      ended.push([name, code]);
    });
    await run(databases.flow, statement('', 'select'), []);
    await assert.rejects(run(databases.reads, statement('', 'select 1/0'), []));
    assert.deepEqual(ended, [
      ['flow', undefined],
      ['reads', '22012'],
    ]);
  } finally {
    await databases.end();
  }
});

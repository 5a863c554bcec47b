import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { cpeUpdateEventSchema } from '@cpe-desk/contract';
import { listenForUpdates } from '../../src/live/live-updates.ts';
import {
  cancelledBy,
  inTransaction,
  one,
  openDatabase,
  run,
  statement,
} from '../../src/platform/database/database.ts';
import { CallerLeft } from '../../src/platform/database/errors.ts';
import { isPooled } from '../../src/platform/database/is-pooled.ts';
import { checkListening } from '../../src/start/check-listening.ts';
import { startServiceProcess } from '../faults/service-process.ts';
import type { Client } from '../support/client.ts';
import { openNig } from '../support/ground.ts';
import { assertSettled } from '../support/invariants.ts';
import { noWatch } from '../support/no-watch.ts';
import { startPgbouncer } from '../support/pgbouncer.ts';
import { readEvents } from '../support/read-events.ts';
import { createTestDatabase } from '../support/test-database.ts';
import { addTestLine } from '../support/test-line.ts';
import { until } from '../support/until.ts';
import { untilEnd } from '../support/until-end.ts';
import { newAddress, updateCpe } from '../support/updates.ts';

const CONNECTIONS = 5;
const POOL = 12;
const LINES = 60;
const log = { warn: () => {} };
const stack = untilEnd(new AsyncDisposableStack());

/** Sessions that work for the desk, those that listen, and those that are left in a transaction. */
const countSessions = statement<
  { working: number; listening: number; stuck: number },
  [role: string]
>(
  'test-count-sessions',
  `select count(*) filter (where application_name = 'cpe-desk') as working,
          count(*) filter (where application_name = 'cpe-desk live') as listening,
          count(*) filter (where state like 'idle in transaction%') as stuck
     from pg_stat_activity where datname = current_database() and usename = $1`,
);

/**
 * Two instances on one database behind PgBouncer, which has far fewer connections than they ask
 * for.
 */
const startInstances = async () => {
  const database = stack.use(await createTestDatabase());
  const nig = await openNig(stack);
  const pooler = stack.use(
    await startPgbouncer(database.applicationUrl, { connections: CONNECTIONS }),
  );
  const start = async () =>
    stack.use(
      await startServiceProcess({
        database: { url: database.url, applicationUrl: pooler.url },
        nigUrl: nig.url,
        nigTimeoutMs: 5000,
        settings: {
          DATABASE_PREPARE: 'false',
          DATABASE_LISTEN_URL: database.applicationUrl,
          DATABASE_POOL: String(POOL),
        },
      }),
    );
  const instances = await Promise.all([start(), start()]);
  const role = new URL(database.applicationUrl).username;
  return {
    db: database.pool,
    nig,
    instances,
    sessions: () => one(database.pool, countSessions, [role]),
  };
};

/** Follows at one instance the updates that any instance applies. */
const followApplied = async (client: Client): Promise<Set<string>> => {
  const applied = new Set<string>();
  const stop = new AbortController();
  const answer = await client.fetch('/ticket/ctt/events', { signal: stop.signal });
  const reading = readEvents(answer, 'cpe-update', (data) => {
    const { state, updateId } = cpeUpdateEventSchema.parse(data);
    if (state === 'applied') applied.add(updateId);
  });
  stack.defer(async () => {
    stop.abort();
    await reading;
  });
  return applied;
};

/** Corrects a line's address; answers the id of the update. */
const correct = async (client: Client, id: string): Promise<string> =>
  (await updateCpe(client, id, { ipAddress: newAddress() })).updateId;

test('two instances behind PgBouncer stay within its connections', async () => {
  const { db, nig, instances, sessions } = await startInstances();
  const clients = [instances[0].operator, instances[1].supervisor] as const;
  const heard = await Promise.all(clients.map(followApplied));
  const lines = [];
  for (let n = 0; n < LINES; n++) lines.push(await addTestLine(db));
  let isOver = false;
  const most = { working: 0, listening: 0 };
  const watching = (async () => {
    for (; !isOver; await sleep(5)) {
      const { working, listening } = await sessions();
      most.working = Math.max(most.working, working);
      most.listening = Math.max(most.listening, listening);
    }
  })();
  const updateIds = await Promise.all(
    lines.map(({ id }, n) => correct(clients[n % 2] ?? clients[0], id)),
  );
  await until('both streams have every update', async () =>
    heard.every((applied) => updateIds.every((id) => applied.has(id))),
  );
  isOver = true;
  await watching;
  // The pools ask for 24; fewer than two at the same time would test nothing.
  assert.ok(most.working > 1 && most.working <= CONNECTIONS, `${most.working} connections`);
  assert.equal(most.listening, 2);
  assert.equal((await sessions()).stuck, 0);
  for (const { id } of lines) await assertSettled({ db, nig }, clients[1], id);
});

test('a start that listens through the pooler is refused with the name of the setting', async () => {
  await using database = await createTestDatabase();
  await using pooler = await startPgbouncer(database.applicationUrl, { connections: CONNECTIONS });
  const db = openDatabase(pooler.url, { max: 2, prepares: false, isPooled: true, log });
  const through = await listenForUpdates(db, pooler.url, log, noWatch);
  const past = await listenForUpdates(db, database.applicationUrl, log, noWatch);
  try {
    await checkListening(db, past);
    await assert.rejects(
      checkListening(db, through, 500),
      /^StartError: DATABASE_LISTEN_URL: .*not of a pooler/,
    );
  } finally {
    await through.stop();
    await past.stop();
    await db.end();
  }
});

test('a start that listens at another database is refused', async () => {
  await using database = await createTestDatabase();
  await using other = await createTestDatabase();
  const live = await listenForUpdates(database.pool, other.applicationUrl, log, noWatch);
  try {
    await assert.rejects(
      checkListening(database.pool, live, 300),
      /^StartError: DATABASE_LISTEN_URL/,
    );
  } finally {
    await live.stop();
  }
});

const limitsNow = statement<{ statement: string; lock: string }>(
  'test-limits-now',
  `select current_setting('statement_timeout') as statement, current_setting('lock_timeout') as lock`,
);

test('behind PgBouncer each statement has the limits of its class, and the start detects the pooler', async () => {
  await using database = await createTestDatabase();
  await using pooler = await startPgbouncer(database.applicationUrl, { connections: 1 });
  const config = { DATABASE_PREPARE: true, DATABASE_LISTEN_URL: undefined };
  assert.equal(await isPooled(pooler.url, config), true);
  assert.equal(await isPooled(database.applicationUrl, config), false);
  const options = { isPooled: true, prepares: false, log };
  const flow = openDatabase(pooler.url, { of: 'flow', ...options });
  const searches = openDatabase(pooler.url, { of: 'search', ...options });
  try {
    // Both share one session of the server.
    for (let n = 0; n < 3; n++) {
      assert.deepEqual(await one(flow, limitsNow, []), { statement: '4s', lock: '2s' });
      assert.deepEqual(await one(searches, limitsNow, []), { statement: '10s', lock: '2s' });
      const inside = await inTransaction(flow, (tx) => one(tx, limitsNow, []));
      assert.deepEqual(inside, { statement: '4s', lock: '2s' });
    }
  } finally {
    await Promise.all([flow.end(), searches.end()]);
  }
});

const sleepLong = statement<never>('test-sleep-long', 'select pg_sleep(9)');

test('behind PgBouncer a caller who leaves cancels only their own statement', async () => {
  await using database = await createTestDatabase();
  await using pooler = await startPgbouncer(database.applicationUrl, { connections: 2 });
  const options = { isPooled: true, prepares: false, log };
  const searches = openDatabase(pooler.url, { of: 'search', ...options });
  try {
    for (let n = 0; n < 5; n++) {
      const left = new AbortController();
      const gone = assert.rejects(
        run(cancelledBy(searches, left.signal), sleepLong, []),
        CallerLeft,
      );
      await sleep(100);
      left.abort();
      // Other statements need the session as soon as it is free.
      const others = Promise.all(Array.from({ length: 10 }, () => one(searches, limitsNow, [])));
      await gone;
      assert.equal((await others).length, 10);
    }
  } finally {
    await searches.end();
  }
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ticketListSchema } from '@cpe-desk/contract';
import { one, openDatabase, run, statement } from '../../src/platform/database/database.ts';
import { BEHIND, preferStandby } from '../../src/platform/database/standby-pool.ts';
import type { Client } from '../support/client.ts';
import { startTestDesk, type TestDesk } from '../support/desk.ts';
import { openGroundAt } from '../support/ground.ts';
import { readMetrics } from '../support/read-metrics.ts';
import { startReplicatedServer } from '../support/standby-server.ts';
import { addTestLine } from '../support/test-line.ts';
import { administer, withDatabase } from '../support/test-server.ts';
import { until } from '../support/until.ts';
import { untilEnd } from '../support/until-end.ts';
import { newAddress, updateCpe } from '../support/updates.ts';

/* Two instances read lists and reports from a streaming standby, which lags, cancels and dies. */

const stack = untilEnd(new AsyncDisposableStack());
const server = await startReplicatedServer();
stack.defer(() => server.stop());
const { standby } = server;
await administer(server.adminUrl, 'create database replicated');
const ground = await openGroundAt(withDatabase(server.adminUrl, 'replicated'), stack);
const standbyUrl = standby.at(ground.databaseUrl);
const here = stack.use(await startTestDesk({ beside: ground, standbyUrl }));
const there = stack.use(await startTestDesk({ beside: ground, standbyUrl }));

/** The statements of an instance by place, as its metrics say. */
const places = async (desk: TestDesk): Promise<Record<string, number>> => {
  const text = await readMetrics(desk);
  const found = text.matchAll(/^cpe_desk_read_statements_total\{place="(\w+)"\} (\d+)$/gm);
  return Object.fromEntries([...found].map(([, place = '', count]) => [place, Number(count)]));
};

/** The places that answer `read`, without those that answer nothing. */
const placesOf = async (desk: TestDesk, read: () => Promise<unknown>): Promise<string[]> => {
  const before = await places(desk);
  await read();
  const after = await places(desk);
  return Object.keys(after).filter((place) => after[place] !== before[place]);
};

const READS = {
  list: '/ticket/ctt',
  counts: '/ticket/ctt/counts',
  search: '/ticket/ctt?q=test',
  export: '/ticket/ctt/export.csv',
  overview: '/ticket/ctt/cpe/overview',
};

const get = async (client: Client, path: string) => {
  const answer = await client.get(path);
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  return answer.body;
};

const listed = async ({ supervisor }: TestDesk): Promise<string[]> =>
  ticketListSchema
    .parse(await get(supervisor, `${READS.list}?limit=100`))
    .items.map(({ id }) => id);

const reading = ({ supervisor }: TestDesk) => get(supervisor, READS.list);
const isReadFrom = (place: string) => async () => {
  const all = await Promise.all([here, there].map((desk) => placesOf(desk, () => reading(desk))));
  return all.every((found) => found.join() === place);
};
const untilReadFrom = (place: string) => until(`reads use: ${place}`, isReadFrom(place));

const line = await addTestLine(ground.db);

test('lists, searches, reports and exports are read from the standby, pages of a ticket are not', async () => {
  await untilReadFrom('standby');
  for (const [name, path] of Object.entries(READS))
    assert.deepEqual(await placesOf(here, () => get(here.supervisor, path)), ['standby'], name);
  assert.deepEqual(await placesOf(here, () => get(here.supervisor, `/ticket/ctt/${line.id}`)), []);
  assert.match(await readMetrics(here), /^cpe_desk_read_standby_lag_seconds [\d.]+$/m);
});

test('for who has just changed something all instances read from the primary', async () => {
  await untilReadFrom('standby');
  const byOperator = (desk: TestDesk) => placesOf(desk, () => get(desk.operator, READS.list));
  assert.deepEqual(await byOperator(there), ['standby']);
  await updateCpe(here.operator, line.id, { ipAddress: newAddress() });
  assert.deepEqual(await byOperator(there), ['written']);
  assert.deepEqual(await byOperator(here), ['written']);
  assert.deepEqual(await placesOf(here, () => reading(here)), ['standby'], 'for nobody else');
});

test('a standby that lags more than the bound is not asked, until it has caught up', async () => {
  await untilReadFrom('standby');
  await standby.pause();
  try {
    await untilReadFrom('behind');
    const { id } = await addTestLine(ground.db);
    assert.ok((await listed(there)).includes(id), 'read from the primary');
  } finally {
    await standby.resume();
  }
  await untilReadFrom('standby');
});

const selectPlace = statement<{ is_standby: boolean }>(
  'test-select-place',
  'select pg_is_in_recovery() as is_standby',
);

test('a server that does not meet the requirement does not answer', async () => {
  const pools = [ground.databaseUrl, standbyUrl].map((url) =>
    stack.use(openDatabase(url, { max: 1, isPooled: true, of: 'read', log: { warn() {} } })),
  );
  const [primary, other] = pools;
  assert.ok(primary && other);
  const readBy = (requires: string) =>
    preferStandby(primary, other, {
      requirement: () => requires,
      hasWritten: async () => false,
      report() {},
    });
  const met = await one(readBy('0'), selectPlace, []);
  const unmet = await one(readBy(`('${BEHIND}' || pg_backend_pid())::int`), selectPlace, []);
  assert.deepEqual([met.is_standby, unmet.is_standby], [true, false]);
});

const createLocked = statement('test-create-locked', 'create table locked (n int)');
const grantLocked = statement('test-grant-locked', 'grant select on locked to public');
const truncateLocked = statement('test-truncate-locked', 'truncate locked');
/** Waits at the standby only. */
const readLocked = statement<{ is_standby: boolean }>(
  'test-read-locked',
  `select pg_is_in_recovery() as is_standby, pg_sleep(case when pg_is_in_recovery() then 60 else 0 end),
          (select count(*) from locked)`,
);
const selectReading = statement<{ count: number }>(
  'test-select-reading',
  `select count(*) as count from pg_stat_activity where wait_event = 'PgSleep'`,
);

test('a statement that the standby cancels is repeated on the primary', async () => {
  await administer(standby.at(server.adminUrl), 'alter system set max_standby_streaming_delay = 0');
  await administer(standby.at(server.adminUrl), 'select pg_reload_conf()');
  await run(ground.db, createLocked, []);
  await run(ground.db, grantLocked, []);
  await untilReadFrom('standby');
  const { deps } = here;
  const preferred = deps.standby?.prefer('searches', deps.searches, 'somebody');
  assert.ok(preferred);
  await using atStandby = openDatabase(standby.at(ground.ownerUrl), {
    ...{ max: 1, log: { warn() {} } },
  });
  const read = one(preferred, readLocked, []);
  await until('it runs at the standby', async () => {
    return (await one(atStandby, selectReading, [])).count === 1;
  });
  const before = await places(here);
  await run(ground.db, truncateLocked, []);
  assert.equal((await read).is_standby, false);
  assert.ok(((await places(here)).repeated ?? 0) > (before.repeated ?? 0));
});

test('while the standby is away the primary answers; it is asked again when it is back', async () => {
  await untilReadFrom('standby');
  await standby.stop();
  for (const path of Object.values(READS)) await get(there.supervisor, path);
  await untilReadFrom('behind');
  assert.doesNotMatch(await readMetrics(here), /^cpe_desk_read_standby_lag_seconds/m);
  await standby.start();
  await untilReadFrom('standby');
});

test('a standby that was promoted is not asked: it follows the primary no more', async () => {
  await untilReadFrom('standby');
  await standby.promote();
  await untilReadFrom('behind');
});

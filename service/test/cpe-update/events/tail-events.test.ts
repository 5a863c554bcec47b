import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tailEvents } from '../../../src/cpe-update/events/tail-events.ts';
import { noWatch } from '../../support/no-watch.ts';
import { useDatabase } from '../../support/test-database.ts';
import { until } from '../../support/until.ts';

const database = await useDatabase();

const insert =
  "insert into cpe_update_event (announcement) values (jsonb_build_object('n', $1::int))";

/** Follows the events; `received` has the announcements in their order. */
const tail = async () => {
  const received: unknown[] = [];
  const { stop } = await tailEvents(database.pool, { warn() {} }, noWatch, {
    onEvent: (event) => received.push(event),
    onRestart() {},
  });
  return { received, [Symbol.asyncDispose]: stop };
};

test('an event whose transaction ends after that of a later event is announced once', async () => {
  await using tailing = await tail();
  const slow = await database.pool.connect();
  await slow.query('begin');
  await slow.query(insert, [1]);
  const quick = await database.pool.connect();
  await quick.query(insert, [2]);
  await until('the quick event is announced', async () => tailing.received.length === 1);
  await slow.query('commit');
  await quick.query(insert, [3]);
  await until('all are announced', async () => tailing.received.length >= 3);
  for (const client of [slow, quick]) client.release();
  assert.deepEqual(tailing.received, [{ n: 2 }, { n: 1 }, { n: 3 }]);
});

test('an event that was rolled back is never announced, and an earlier event not again', async () => {
  await using tailing = await tail();
  const client = await database.pool.connect();
  await client.query('begin');
  await client.query(insert, [4]);
  await client.query('rollback');
  for (let n = 5; n < 1505; n++) await client.query(insert, [n]);
  client.release();
  await until('all are announced', async () => tailing.received.length >= 1500);
  assert.deepEqual(
    tailing.received,
    Array.from({ length: 1500 }, (_, n) => ({ n: n + 5 })),
  );
});

test('an instance announces the events of a time without its database', async () => {
  await using tailing = await tail();
  const client = await database.pool.connect();
  const { rowCount } = await client.query(
    'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
  );
  assert.ok(rowCount, 'connections were cut');
  await client.query(insert, [2000]);
  client.release();
  await until('it is announced', async () => tailing.received.length > 0);
  assert.deepEqual(tailing.received, [{ n: 2000 }]);
});

import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { useDatabase } from '../support/test-database.ts';
import { until } from '../support/until.ts';
import {
  countsOf,
  cpe,
  emptyTables,
  importAll,
  line,
  olt,
  rows,
  splitter,
  ticket,
} from './lines.ts';

/* Imports beside updates of the desk, and beside each other. */

const database = await useDatabase();
const { pool } = database;
beforeEach(() => emptyTables(pool));

const ground = [olt(), splitter];
const upTo = (count: number) => Array.from({ length: count }, (_, n) => n + 1);

test('a CPE that was corrected in the desk stays; the rest of its line follows the file', async () => {
  await importAll(database, [...ground, olt('olt-2'), line(1)]);
  await rows(pool, `update cpe set version = 2, ip_address = '10.5.5.5'`);
  await rows(pool, `update cpe_claim set value = '10.5.5.5' where kind = 'ip-address'`);
  const file = [{ ...line(1), customer: 'Renamed', path: ['olt-2'] }];
  const summary = await importAll(database, file);
  assert.deepEqual(countsOf(summary), [1, 1, 1, 0]);
  assert.deepEqual(summary.told, [
    'line 1: kept: serviceLine line-1: its CPE was corrected in the desk',
  ]);
  assert.deepEqual(await rows(pool, 'select ip_address, version from cpe'), [
    { ip_address: '10.5.5.5', version: 2 },
  ]);
  assert.deepEqual(await rows(pool, 'select customer, ip_address from corp_data_temp'), [
    { customer: 'Renamed', ip_address: '10.5.5.5' },
  ]);
  assert.deepEqual(await rows(pool, 'select value from cpe_claim order by kind limit 2'), [
    { value: '10.5.5.5' },
    { value: 'olt-2|0/2/0:0' },
  ]);
  assert.equal((await importAll(database, file)).changed, 0);
});

const insertUpdate = `insert into cpe_update (id, service_line_id, ctt_id, ticket_no, kind, state, before, after, changed,
    warnings, actor_id, actor_name, rules, requested_at, ask_at, ask_until)
  values (gen_random_uuid(), 'line-1', 't-1', 'CTT-1', 'refresh', 'unknown', '{}', '{}', '{}', '[]', 'a', 'A', 'r',
    now(), now(), now())`;

test('an import does not change a line with an unsettled update, nor its claims', async () => {
  await importAll(database, [...ground, line(1), ticket(1)]);
  await rows(pool, insertUpdate);
  await rows(
    pool,
    `insert into cpe_claim select 'ip-address', '10.7.7.7', service_line_id, id from cpe_update`,
  );
  const changedLine = { ...line(1), customer: 'Other', cpe: { ...cpe(1), ipAddress: '10.8.8.8' } };
  const summary = await importAll(database, [changedLine]);
  assert.deepEqual(countsOf(summary), [1, 0, 1, 0]);
  assert.match(summary.told[0] ?? '', /is unsettled/);
  assert.deepEqual(await rows(pool, 'select customer from service_line'), [
    { customer: 'Customer 1' },
  ]);
  assert.equal((await rows(pool, 'select from cpe_claim')).length, 4);
  const wantsItsClaim = { ...line(2), cpe: { ...cpe(2), ipAddress: '10.7.7.7' } };
  const { told } = await importAll(database, [wantsItsClaim]);
  assert.match(told[0] ?? '', /in use by service line line-1/);
});

test('a line without a CPE in the file keeps the recorded one', async () => {
  await importAll(database, [...ground, line(1)]);
  assert.equal((await importAll(database, [{ ...line(1), cpe: null }])).changed, 0);
  assert.equal((await rows(pool, 'select from cpe')).length, 1);
});

test('two imports of one file at a time write every record once', async () => {
  const file = [...ground, ...upTo(300).map(line), ...upTo(300).map(ticket)];
  const both = await Promise.all([1, 2].map(() => importAll(database, file)));
  assert.equal(
    both.reduce((sum, { changed }) => sum + changed, 0),
    file.length,
  );
  assert.deepEqual(await rows(pool, 'select sum(count)::int as n from ticket_count'), [{ n: 300 }]);
});

test('an import that waits for an update locks nothing that the update needs', async () => {
  await importAll(database, [...ground, line(1)]);
  // The locks of an update that is about to read its line.
  const intent = await pool.connect();
  await intent.query('begin');
  await intent.query(`select from cpe where service_line_id = 'line-1' for no key update`);
  const importing = importAll(database, [{ ...line(1), customer: 'Another' }]);
  const selectWaiting = `select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`;
  await until('the import waits', async () => (await rows(pool, selectWaiting)).length > 0);
  const isFree = await intent
    .query(`select from service_line where id = 'line-1' for key share nowait`)
    .then(
      () => true,
      () => false,
    );
  await intent.query('rollback');
  intent.release();
  assert.ok(isFree);
  assert.equal((await importing).changed, 1);
});

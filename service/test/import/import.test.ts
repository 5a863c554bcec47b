import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createTestDatabase, useDatabase } from '../support/test-database.ts';
import { until } from '../support/until.ts';
import {
  at,
  countsOf,
  cpe,
  emptyTables,
  importAll,
  importPath,
  line,
  olt,
  rows,
  splitter,
  ticket,
} from './lines.ts';

const database = await useDatabase();
const { pool } = database;
beforeEach(() => emptyTables(pool));

const ground = [olt(), splitter];
const upTo = (count: number) => Array.from({ length: count }, (_, n) => n + 1);

test('an import writes all types of records, claims and corp data in canonical spelling', async () => {
  const summary = await importAll(database, [...ground, line(1), ticket(1), '']);
  assert.deepEqual(summary.told, []);
  assert.deepEqual(countsOf(summary), [4, 4, 0, 0]);
  assert.deepEqual(
    await rows(pool, 'select kind, value, service_line_id from cpe_claim order by kind'),
    [
      { kind: 'ip-address', value: '10.0.0.1', service_line_id: 'line-1' },
      { kind: 'port', value: 'olt-1|0/2/0:0', service_line_id: 'line-1' },
      { kind: 'serial-number', value: 'HWTC00000001', service_line_id: 'line-1' },
    ],
  );
  assert.deepEqual(
    await rows(pool, 'select port, serial_number, mac_address, version, name from cpe'),
    [
      {
        ...{ port: '0/2/0:0', serial_number: 'HWTC00000001', mac_address: null },
        ...{ version: 1, name: 'cpe-1' },
      },
    ],
  );
  assert.deepEqual(
    await rows(pool, 'select customer, ip_address, port, refreshed_at from corp_data_temp'),
    [{ customer: 'Customer 1', ip_address: '10.0.0.1', port: '0/2/0:0', refreshed_at: at }],
  );
  assert.deepEqual(await rows(pool, 'select opened_at from ctt'), [
    { opened_at: new Date('2026-10-01T00:00:00Z') },
  ]);
  assert.deepEqual(await rows(pool, 'select from import_row'), []);
});

test('dual-stack values are imported; null removes them, and absent keeps them', async () => {
  const withCpe = (more: object) => ({ ...line(1), cpe: { ...cpe(1), ...more } });
  const dual = { ipv6Address: '2A02:908::7', ipv6Prefix: '2a02:908:1:0::/56' };
  const state = async () => [
    await rows(pool, 'select ipv6_address, ipv6_prefix from cpe'),
    await rows(pool, 'select ipv6_address, ipv6_prefix from corp_data_temp'),
    await rows(pool, 'select network::text from network_claim order by network'),
  ];
  const recorded = [{ ipv6_address: '2a02:908::7', ipv6_prefix: '2a02:908:1::/56' }];
  const claimed = [{ network: '2a02:908:1::/56' }, { network: '2a02:908::7/128' }];
  const changed = async (more: object) => (await importAll(database, [withCpe(more)])).changed;
  await importAll(database, [olt(), splitter, withCpe(dual)]);
  assert.deepEqual(await state(), [recorded, recorded, claimed]);
  assert.equal(await changed(dual), 0);
  assert.equal(await changed({}), 0, 'an older export does not name them');
  assert.deepEqual(await state(), [recorded, recorded, claimed]);
  assert.equal(await changed({ ipv6Prefix: null }), 1);
  const [addressOnly] = recorded.map((row) => ({ ...row, ipv6_prefix: null }));
  assert.deepEqual(await state(), [[addressOnly], [addressOnly], claimed.slice(1)]);
});

test('an OLT comes before its lines; the order of all else does not matter', async () => {
  const free = await importAll(database, [ticket(1), olt(), line(1), splitter]);
  assert.deepEqual(countsOf(free), [4, 4, 0, 0]);
  const late = { ...line(2), path: ['olt-2'] };
  const { told } = await importAll(database, [late, olt('olt-2')]);
  assert.deepEqual(told, [
    'line 1: bad: serviceLine line-2: its OLT olt-2 is on line 2: write network elements before service lines',
  ]);
  assert.deepEqual(countsOf(await importAll(database, [late, olt('olt-2')])), [2, 1, 0, 0]);
});

test('importing twice changes nothing', async () => {
  const file = [...ground, line(1), line(2), { ...line(3), path: [], cpe: null }, ticket(1)];
  await importAll(database, file);
  const state = async () =>
    JSON.stringify([
      await rows(pool, 'select xmin, * from cpe order by service_line_id'),
      await rows(pool, 'select xmin, xmax, * from service_line order by id'),
      await rows(pool, 'select xmin, * from corp_data_temp order by service_line_id'),
      await rows(pool, 'select xmin, * from cpe_claim order by kind, value'),
      await rows(pool, 'select xmin, * from line_path order by service_line_id, position'),
      await rows(pool, 'select xmin, * from ctt order by id'),
    ]);
  const before = await state();
  assert.deepEqual(countsOf(await importAll(database, file)), [6, 0, 0, 0]);
  assert.equal(await state(), before);
});

test('a later file changes values, claims, path and corp data of a line', async () => {
  await importAll(database, [olt(), olt('olt-2'), splitter, line(1), ticket(1)]);
  const moved = {
    ...{ ...line(1), customer: 'New owner', path: ['olt-2'], segmentGroup: 'CONSUMER' },
    cpe: { ...cpe(1), ipAddress: '10.9.9.9' },
  };
  const changes = [moved, { ...ticket(1), status: 'closed' }];
  assert.deepEqual(countsOf(await importAll(database, changes)), [2, 2, 0, 0]);
  assert.deepEqual(await rows(pool, 'select position, network_element_id as id from line_path'), [
    { position: 0, id: 'olt-2' },
  ]);
  const claims = await rows(pool, 'select value from cpe_claim order by kind');
  assert.deepEqual(
    claims.map(({ value }) => value),
    ['10.9.9.9', 'olt-2|0/2/0:0', 'HWTC00000001'],
  );
  assert.deepEqual(await rows(pool, 'select customer, ip_address from corp_data_temp'), [
    { customer: 'New owner', ip_address: '10.9.9.9' },
  ]);
  assert.deepEqual(await rows(pool, 'select status, segment_group from ctt'), [
    { status: 'closed', segment_group: 'CONSUMER' },
  ]);
  assert.deepEqual(
    await rows(pool, 'select status, segment_group, count::int from ticket_count where count <> 0'),
    [{ status: 'closed', segment_group: 'CONSUMER', count: 1 }],
  );
});

test('a file of several batches is imported whole; a second import changes nothing', async () => {
  const many = 6000;
  const bad = { ...ticket(7), serviceLineId: 'nobody' };
  const file = [...ground, ...upTo(many).map(line), ...upTo(6).map(ticket), bad];
  const first = await importAll(database, file);
  assert.deepEqual(countsOf(first), [many + 9, many + 8, 0, 1]);
  assert.deepEqual(countsOf(await importAll(database, file)), [many + 9, 0, 0, 1]);
  assert.deepEqual([...first.faults], [['no-service-line', 1]]);
});

test('an error that is not in the data ends the import', async () => {
  await using broken = await createTestDatabase();
  await rows(broken.pool, 'drop table ctt cascade');
  await assert.rejects(importAll(broken, [...ground, line(1), ticket(1)]), /ctt|import_holder/);
});

test('the example file has no bad line', async () => {
  const file = new URL('../../../docs/import-example.ndjson', import.meta.url);
  const summary = await importPath(database, fileURLToPath(file));
  assert.deepEqual([summary.told, countsOf(summary)], [[], [7, 7, 0, 0]]);
});

test('a dry run reports what the import would do, and writes nothing', async () => {
  await importAll(database, [...ground, line(1)]);
  const file = [
    ...[splitter, olt('olt-2'), { ...line(2), path: ['olt-2'] }, ticket(2), ticket(3)],
    ...[
      { ...line(1), customer: 'Renamed' },
      { ...line(4), cpe: { ...cpe(4), id: 'cpe-1' } },
    ],
  ];
  const dry = await importAll(database, file, { isDryRun: true });
  assert.deepEqual(await rows(pool, 'select id, customer from service_line'), [
    { id: 'line-1', customer: 'Customer 1' },
  ]);
  assert.deepEqual(await rows(pool, "select from network_element where id = 'olt-2'"), []);
  const real = await importAll(database, file);
  assert.deepEqual([dry.told, countsOf(dry)], [real.told, countsOf(real)]);
  assert.deepEqual(countsOf(real), [7, 4, 0, 2]);
});

test('a file that cannot be read to its end changes nothing', async () => {
  const csv = 'type,id,kind,name\nnetworkElement,spl-9,SPLITTER,nine\nnetworkElement,"spl';
  await assert.rejects(importAll(database, [csv]), { code: 'unterminated-quote' });
  assert.deepEqual(await rows(pool, 'select from network_element'), []);
});

test('finds the record of each unchanged line by its key', async () => {
  const file = [...ground, ...upTo(500).map(line)];
  await importAll(database, file);
  await rows(pool, 'analyze service_line, cpe, corp_data_temp, line_path, cpe_claim');
  const counted = async () => {
    const [sums] = await rows(
      pool,
      `select sum(seq_tup_read) filter (where relname <> 'import_row')::int as scanned,
              sum(n_tup_upd) filter (where relname = 'import_row')::int as judged
         from pg_stat_user_tables
        where relname in ('service_line', 'cpe', 'corp_data_temp', 'import_row')`,
    );
    return { scanned: Number(sums?.scanned), judged: Number(sums?.judged) };
  };
  const before = await counted();
  assert.equal((await importAll(database, file)).changed, 0);
  // A session reports what its statements read and wrote together, some seconds later.
  const after = await until('the statistics of the import', async () => {
    const now = await counted();
    return now.judged >= before.judged + file.length && now;
  });
  assert.ok(after.scanned - before.scanned < 20 * file.length, `${after.scanned} rows scanned`);
});

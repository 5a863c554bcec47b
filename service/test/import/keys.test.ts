import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import fc from 'fast-check';
import { importStage } from '../../src/import/apply.sql.ts';
import { applyRows } from '../../src/import/apply-rows.ts';
import { importRow } from '../../src/import/import-row.ts';
import { judgeRows } from '../../src/import/judge-rows.ts';
import { loadOlts } from '../../src/import/write-records.ts';
import { run } from '../../src/platform/database/database.ts';
import { useDatabase } from '../support/test-database.ts';
import { addTestLine, testLineRecords } from '../support/test-line.ts';
import {
  countsOf,
  cpe,
  emptyTables,
  importAll,
  type Line,
  line,
  olt,
  rows,
  splitter,
  ticket,
} from './lines.ts';

/* What only one record may have: addresses, ports, serial numbers, MACs, CPEs, ticket numbers. */

const database = await useDatabase();
const { pool } = database;
beforeEach(async () => {
  await emptyTables(pool);
  await importAll(database, [olt(), splitter]);
});

const withAddress = (n: number, ip: number) => ({
  ...line(n),
  cpe: { ...cpe(n), ipAddress: `10.9.0.${ip}` },
});
const addresses = () =>
  rows(
    pool,
    `select service_line_id as id, value from cpe_claim where kind = 'ip-address' order by 1`,
  );

test('of two lines with one device the first gets it; both lines and both ids are named', async () => {
  const { told } = await importAll(database, [
    ...[
      withAddress(1, 1),
      { ...withAddress(2, 2), cpe: { ...cpe(2), serialNumber: 'HWTC-00000001' } },
    ],
    withAddress(3, 1),
  ]);
  assert.deepEqual(told, [
    'line 2: bad: serviceLine line-2: serial-number HWTC00000001 is in use by service line line-1 (line 1)',
    'line 3: bad: serviceLine line-3: ip-address 10.9.0.1 is in use by service line line-1 (line 1)',
  ]);
});

test('all values are named that another line has', async () => {
  const { serialNumber } = cpe(1);
  const twin = { ...withAddress(2, 1), cpe: { ...withAddress(2, 1).cpe, serialNumber } };
  const { told } = await importAll(database, [withAddress(1, 1), twin]);
  assert.deepEqual(told, [
    'line 2: bad: serviceLine line-2: ip-address 10.9.0.1 is in use by service line line-1, ' +
      'serial-number HWTC00000001 is in use by service line line-1 (line 1)',
  ]);
});

test('a line that is refused keeps no value from the lines after it', async () => {
  await importAll(database, [withAddress(1, 1)]);
  const refused = { ...withAddress(2, 1), cpe: { ...withAddress(2, 1).cpe, id: 'cpe-9' } };
  const next = { ...withAddress(3, 3), cpe: { ...withAddress(3, 3).cpe, id: 'cpe-9' } };
  const { told } = await importAll(database, [refused, next]);
  assert.equal(told.length, 1);
  assert.deepEqual(await addresses(), [
    { id: 'line-1', value: '10.9.0.1' },
    { id: 'line-3', value: '10.9.0.3' },
  ]);
});

test('a line that only came after lines which wait for each other is imported', async () => {
  await importAll(database, [withAddress(1, 1), withAddress(2, 2)]);
  const first = { ...withAddress(1, 2), cpe: { ...withAddress(1, 2).cpe, id: 'cpe-9' } };
  const third = { ...withAddress(3, 3), cpe: { ...withAddress(3, 3).cpe, id: 'cpe-9' } };
  const { told } = await importAll(database, [first, withAddress(2, 1), third]);
  assert.equal(told.length, 2, told.join('\n'));
  assert.deepEqual(
    (await addresses()).map(({ id }) => id),
    ['line-1', 'line-2', 'line-3'],
  );
});

test('of lines with one id the last counts', async () => {
  const { told, changed } = await importAll(database, [withAddress(1, 1), withAddress(1, 2)]);
  assert.deepEqual(told, [
    'line 1: replaced: serviceLine line-1: line 2 has the same id, and counts',
  ]);
  assert.equal(changed, 1);
  assert.deepEqual(await addresses(), [{ id: 'line-1', value: '10.9.0.2' }]);
});

test('an address moves to another line, through a chain of lines, in any order', async () => {
  await importAll(
    database,
    [1, 2, 3].map((n) => withAddress(n, n)),
  );
  const { told } = await importAll(database, [
    withAddress(1, 2),
    withAddress(2, 3),
    withAddress(3, 4),
  ]);
  assert.deepEqual(told, []);
  assert.deepEqual(await addresses(), [
    { id: 'line-1', value: '10.9.0.2' },
    { id: 'line-2', value: '10.9.0.3' },
    { id: 'line-3', value: '10.9.0.4' },
  ]);
});

test('two lines that want each other’s address are refused, and named', async () => {
  await importAll(database, [withAddress(1, 1), withAddress(2, 2)]);
  const { told } = await importAll(database, [withAddress(1, 2), withAddress(2, 1)]);
  assert.deepEqual(told, [
    'line 1: bad: serviceLine line-1: ip-address 10.9.0.2 is in use by service line line-2 (line 2)',
    'line 2: bad: serviceLine line-2: ip-address 10.9.0.1 is in use by service line line-1 (line 1)',
  ]);
});

test('an IPv6 prefix that overlaps that of another line is refused', async () => {
  const dual = (n: number, ipv6Prefix: string | null) => ({
    ...line(n),
    cpe: { ...cpe(n), ipv6Prefix },
  });
  await importAll(database, [dual(1, '2a02:908:4b00:7f00::/56')]);
  const inside = dual(2, '2a02:908:4b00:7f80::/57');
  const { told } = await importAll(database, [inside]);
  assert.match(
    told[0] ?? '',
    /ipv6-prefix 2a02:908:4b00:7f80::\/57 is in use by service line line-1/,
  );
  const freed = await importAll(database, [inside, dual(1, null)]);
  assert.deepEqual([freed.told, freed.changed], [[], 2]);
});

test('overlapping IPv6 networks of new lines are found before anything is written', async () => {
  const dual = (n: number, more: Record<string, string>) => ({
    ...line(n),
    cpe: { ...cpe(n), ...more },
  });
  const file = [
    dual(1, { ipv6Prefix: '2a02:908:5b00:10::/60' }),
    // Inside line 1's; then around it; then beside it, inside one that is refused.
    dual(2, { ipv6Address: '2a02:908:5b00:10::7' }),
    dual(3, { ipv6Prefix: '2a02:908:5b00::/48' }),
    dual(4, { ipv6Prefix: '2a02:908:5b00:20::/60', ipv6Address: '2a02:908:5b00:20::7' }),
    ticket(3),
  ];
  const found = [
    'line 2: bad: serviceLine line-2: ip-address 2a02:908:5b00:10::7 is in use by service line line-1 (line 1)',
    'line 3: bad: serviceLine line-3: ipv6-prefix 2a02:908:5b00::/48 is in use by service line line-1 (line 1)',
    'line 5: bad: ticket t-3: service line line-3 is not in the database, and the file has no good one',
  ];
  const dry = await importAll(database, file, { isDryRun: true });
  assert.deepEqual([dry.told, dry.changed], [found, 2]);
  const { told, changed } = await importAll(database, file);
  assert.deepEqual([told, changed], [found, 2]);
});

test('in a JSON array on one line, faults name the number of the item', async () => {
  const array = JSON.stringify([line(1), { type: 'bad' }, { ...line(2), cpe: cpe(1) }, line(1)]);
  const { told } = await importAll(database, [array]);
  assert.deepEqual(
    told.map((each) => /^line 1, item \d/.exec(each)?.[0]),
    ['line 1, item 2', 'line 1, item 1', 'line 1, item 4'],
  );
  assert.match(told[1] ?? '', /line 1, item 4 has the same id/);
  assert.match(told[2] ?? '', /in use by service line line-2 \(line 1, item 3\)/);
});

test('a file that says nothing of IPv6 keeps what is recorded', async () => {
  const ipv6 = { ipv6Address: '2a02:908::7', ipv6Prefix: '2a02:908:4b00:7f00::/56' };
  await importAll(database, [{ ...line(1), cpe: { ...cpe(1), ...ipv6 } }]);
  await importAll(database, [{ ...line(1), customer: 'Renamed' }]);
  assert.deepEqual(await rows(pool, 'select ipv6_address, ipv6_prefix from cpe'), [
    { ipv6_address: '2a02:908::7', ipv6_prefix: '2a02:908:4b00:7f00::/56' },
  ]);
  assert.equal((await rows(pool, 'select from cpe_claim')).length, 5);
});

test('a ticket number is taken when its ticket has released it', async () => {
  await importAll(database, [line(1), { ...ticket(1), ticketNo: 'CTT-3' }]);
  const second = { ...ticket(2), ticketNo: 'CTT-3', serviceLineId: 'line-1' };
  const third = { ...ticket(3), ticketNo: 'CTT-3', serviceLineId: 'line-1' };
  const { told } = await importAll(database, [second, ticket(1), third]);
  assert.deepEqual(told, [
    'line 3: bad: ticket t-3: ticket number CTT-3 belongs to ticket t-2 (line 1)',
  ]);
});

test('a value that the desk takes after the judgement refuses that line only', async () => {
  const { lineId } = await addTestLine(pool);
  const records = [testLineRecords(), testLineRecords()].flatMap((each) => each.records);
  const olts = await loadOlts(pool);
  const staged = records.map((record, index) => ({
    ...{ seq: index + 1, line: index + 1, round: 1 },
    ...importRow(record, olts),
  }));
  await run(pool, importStage, [JSON.stringify(staged)]);
  await judgeRows(pool);
  const [taken] = await rows(
    pool,
    `select value from import_key where kind = 'mac-address' order by seq`,
  );
  await rows(pool, `insert into cpe_claim values ('mac-address', '${taken?.value}', '${lineId}')`);
  await applyRows(pool, new Date());
  const outcome = await rows(
    pool,
    `select type, fault from import_row where outcome = 'bad' order by seq`,
  );
  await rows(pool, 'delete from import_row');
  assert.deepEqual(outcome, [
    { type: 'serviceLine', fault: 'refused-by-database' },
    { type: 'ticket', fault: 'refused-by-database' },
  ]);
  assert.equal((await rows(pool, 'select from service_line')).length, 2);
});

const small = fc.integer({ min: 1, max: 4 });
const anyLine = fc
  .record({ id: small, address: small, cpe: small, group: fc.constantFrom('SME', 'CONSUMER') })
  .map(({ id, address, cpe: device, group }) => ({
    ...{ ...line(id), segmentGroup: group, path: ['olt-1'] },
    cpe: { ...cpe(id), id: `cpe-${device}`, ipAddress: `10.0.0.${address}` },
  }));
const anyTicket = fc
  .record({ id: small, number: small, line: fc.integer({ min: 1, max: 5 }) })
  .map(({ id, number, line: of }) => ({
    ...ticket(id),
    ...{ ticketNo: `CTT-${number}`, serviceLineId: `line-${of}` },
  }));

test('after any two files claims and corp data follow the CPEs, and a dry run foresaw it', async () => {
  const file = fc
    .tuple(fc.array(anyLine, { maxLength: 9 }), fc.array(anyTicket, { maxLength: 9 }))
    .map((parts): Line[] => parts.flat());
  await fc.assert(
    fc.asyncProperty(file, file, async (...files) => {
      for (const lines of files) {
        const dry = await importAll(database, lines, { isDryRun: true });
        const real = await importAll(database, lines);
        assert.deepEqual([dry.told, countsOf(dry)], [real.told, countsOf(real)]);
      }
      assert.deepEqual(
        await rows(
          pool,
          `select from cpe c full join corp_data_temp d using (service_line_id)
             full join (select service_line_id, value from cpe_claim where kind = 'ip-address') k using (service_line_id)
            where c.ip_address is distinct from d.ip_address or c.ip_address is distinct from k.value`,
        ),
        [],
      );
      for (const table of [
        'cpe_claim',
        'ctt',
        'corp_data_temp',
        'cpe',
        'line_path',
        'service_line',
      ])
        await rows(pool, `delete from ${table}`);
    }),
    { numRuns: 20 },
  );
});

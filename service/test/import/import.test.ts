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
  type Line,
  line,
  olt,
  oltPorts,
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

const badLines: [reason: RegExp, line: Line][] = [
  [/not JSON/, '{"type":"ticket"'],
  [/\[\]: Give an object/, '[]'],
  [
    /type "customer": Give one of networkElement, serviceLine, ticket/,
    { ...ticket(1), type: 'customer' },
  ],
  [/status "open": Give one of acknowledged, inProgress/, { ...ticket(1), status: 'open' }],
  [/openedAt "yesterday": Give a time with its offset/, { ...ticket(1), openedAt: 'yesterday' }],
  [/openedAt .*: Give a time that exists/, { ...ticket(1), openedAt: '2026-02-30T00:00:00Z' }],
  [/openedAt .*: Give a time that exists/, { ...ticket(1), openedAt: '0000-01-01T00:00:00Z' }],
  [/title .*: Leave out control characters/, { ...ticket(1), title: 'a\0b' }],
  [
    /title .*: Give the character in the place of U\+FFFD/,
    JSON.stringify(ticket(1)).replace('Slow', 'Zo\\ufffd'),
  ],
  [/id .*: Give at most 64 characters/, { ...ticket(1), id: 'x'.repeat(65) }],
  [/service line line-77 is not in the database/, ticket(77)],
  [/ticket number CTT-1 belongs to ticket t-1/, { ...ticket(1), id: 't-other' }],
  [/oltPorts is missing/, { type: 'networkElement', id: 'o', kind: 'OLT', name: 'o' }],
  [/oltPorts .*: Only an OLT has ports/, { ...splitter, oltPorts }],
  [/networkElement spl-1: it is recorded as SPLITTER/, olt('spl-1')],
  [/plan.downKbps 1.5: Give a whole number/, { ...line(5), plan: { downKbps: 1.5, upKbps: 1 } }],
  [/plan.downKbps 3000000000: Give/, { ...line(5), plan: { downKbps: 3e9, upKbps: 1 } }],
  [/technology "DSL": Give one of FTTH, FTTB, COPPER, FWA/, { ...line(5), technology: 'DSL' }],
  [/network element olt-9 of its path is not in the database/, { ...line(5), path: ['olt-9'] }],
  [
    /ip-address 10.0.0.1 is in use by service line line-1/,
    { ...line(5), cpe: { ...cpe(5), ipAddress: '10.0.0.1' } },
  ],
  [
    /port olt-1\|0\/2\/0:0 is in use by service line line-1/,
    { ...line(5), cpe: { ...cpe(5), port: '0/2/0/0' } },
  ],
  [
    /serial-number .* is in use by service line line-1/,
    { ...line(5), cpe: { ...cpe(5), serialNumber: cpe(1).serialNumber } },
  ],
  [
    /network element cpe-1 is the CPE of service line line-1/,
    { ...line(5), cpe: { ...cpe(5), id: 'cpe-1' } },
  ],
  [
    /cpe.ipAddress .*: Leave out control characters/,
    { ...line(5), cpe: { ...cpe(5), ipAddress: '10.0.0.5\u0007' } },
  ],
  [
    /cpe.ipAddress "10.0.0.256": Give an IPv4 address/,
    { ...line(5), cpe: { ...cpe(5), ipAddress: '10.0.0.256' } },
  ],
  [/cpe.port "0\/1": Give frame/, { ...line(5), cpe: { ...cpe(5), port: '0/1' } }],
  [
    /cpe.macAddress "ff:.*multicast or broadcast/,
    { ...line(5), cpe: { ...cpe(5), macAddress: 'ff:ff:ff:ff:ff:ff' } },
  ],
  [
    /cpe.serialNumber .*: A spreadsheet turned/,
    { ...line(5), cpe: { ...cpe(5), serialNumber: '4,85754E+15' } },
  ],
  [/cpe.model/, { ...line(5), cpe: { ...cpe(5), model: 'm'.repeat(256) } }],
  [/customer .*: Give visible text/, { ...line(5), customer: '\u200b\u2060' }],
  [/title .*: Give visible text/, { ...ticket(1), title: '\u202e' }],
  [/id .*: Give a visible id/, { ...ticket(1), id: 't\u202e1' }],
  [/customer .*: Leave out control characters/, { ...line(5), customer: 'a\ud800' }],
];

test('each bad line is reported with its number and reason; the good lines are imported', async () => {
  await importAll(database, [...ground, line(1), ticket(1)]);
  for (const [why, bad] of badLines) {
    const { told, remarks } = await importAll(database, [line(2), bad, ticket(2)]);
    assert.equal(remarks.bad, 1, `${why}: ${told}`);
    assert.match(told[0] ?? '', /^line 2: bad: /);
    assert.match(told[0] ?? '', why);
  }
  const ids = await rows(pool, 'select id from service_line order by id');
  assert.deepEqual(
    ids.map(({ id }) => id),
    ['line-1', 'line-2'],
  );
  assert.equal((await rows(pool, 'select from ctt')).length, 2);
});

test('a member that nothing reads is counted, and its line imported', async () => {
  const file = [
    ...[olt(), splitter, { ...line(1), colour: 'red', cpe: { ...cpe(1), wifi: { ssid: 'x' } } }],
    { ...line(2), colour: 'blue' },
  ];
  const { unknown, remarks, changed } = await importAll(database, file);
  assert.deepEqual([changed, remarks.bad], [4, 0]);
  assert.deepEqual([...unknown].sort(), [
    ['serviceLine.colour', { count: 2, line: 3 }],
    ['serviceLine.cpe.wifi', { count: 1, line: 3 }],
  ]);
});

test('invisible and bidirectional characters are left out of names', async () => {
  const named = { ...line(1), customer: 'A\u202e and\u200b B\u2069, می\u200cخواهم' };
  const titled = { ...ticket(1), title: '\u200fno light' };
  assert.deepEqual(countsOf(await importAll(database, [...ground, named, titled])), [4, 4, 0, 0]);
  assert.deepEqual(await rows(pool, 'select customer from service_line'), [
    { customer: 'A and B, می\u200cخواهم' },
  ]);
  assert.deepEqual(await rows(pool, 'select title from ctt'), [{ title: 'no light' }]);
});

test('spellings of one value are one claim; a value that names none is none', async () => {
  const nokia = { ...olt('olt-n'), manufacturer: 'Nokia' };
  const values = {
    ...{ ipAddress: '10.20.0.7/24', port: '1/1/5/1/7', serialNumber: 'ALCL:F977:2423' },
    ...{ macAddress: '3c15.fb00.1234', model: 'N/A' },
  };
  const first = { ...line(1), path: ['olt-n'], cpe: { ...cpe(1), ...values } };
  const none = { ipAddress: '0.0.0.0', port: '-', serialNumber: 'ALCL:00000000', macAddress: '--' };
  const second = { ...line(2), cpe: { ...cpe(2), ...none } };
  // A link-local address is wrong, and recorded: correcting it is the desk's job.
  const third = {
    ...line(3),
    cpe: { ...cpe(3), ipAddress: '169.254.1.2', serialNumber: 'he908a-1' },
  };
  const { told } = await importAll(database, [...ground, nokia, first, second, third]);
  assert.deepEqual(told, []);
  const select =
    'select ip_address as ip, port, serial_number as serial, mac_address as mac, model from cpe order by service_line_id';
  assert.deepEqual(await rows(pool, select), [
    {
      ip: '10.20.0.7',
      port: '1/5/1:7',
      serial: 'ALCLF9772423',
      mac: '3c:15:fb:00:12:34',
      model: '',
    },
    { ip: '', port: '', serial: null, mac: null, model: 'HG8245Hv5' },
    { ip: '169.254.1.2', port: '0/4/0:0', serial: 'HE908A-1', mac: null, model: 'HG8245Hv5' },
  ]);
  const again = { ...line(4), cpe: { ...cpe(4), serialNumber: '414C434CF9772423' } };
  const { told: taken } = await importAll(database, [again]);
  assert.deepEqual(taken, [
    'line 1: bad: serviceLine line-4: serial-number ALCLF9772423 is in use by service line line-1',
  ]);
});

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

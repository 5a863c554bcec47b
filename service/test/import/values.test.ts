import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { useDatabase } from '../support/test-database.ts';
import {
  countsOf,
  cpe,
  emptyTables,
  importAll,
  type Line,
  line,
  olt,
  oltPorts,
  rows,
  splitter,
  ticket,
} from './lines.ts';

/* The values of the records: which are taken, in which spelling, and what is said of the others. */

const database = await useDatabase();
const { pool } = database;
beforeEach(() => emptyTables(pool));

const ground = [olt(), splitter];

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

import assert from 'node:assert/strict';
import { createReadStream } from 'node:fs';
import { test } from 'node:test';
import { importLines } from '../../src/import/import-lines.ts';
import { readLines } from '../../src/import/read-lines.ts';
import type { LineRemark } from '../../src/import/write-batch.ts';
import { createTestDatabase } from '../support/test-database.ts';
import { until } from '../support/until.ts';
import {
  at,
  cpe,
  importAll,
  type Line,
  line,
  olt,
  oltPorts,
  rows,
  splitter,
  textOf,
  ticket,
} from './lines.ts';

test('an import writes all types of records, claims and corp data in canonical spelling', async () => {
  await using database = await createTestDatabase();
  const { pool } = database;
  const { remarks, ...summary } = await importAll(pool, [olt(), splitter, line(1), ticket(1), '']);
  assert.deepEqual(remarks, []);
  assert.deepEqual(summary, { read: 4, changed: 4, kept: 0, bad: 0 });
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
        port: '0/2/0:0',
        serial_number: 'HWTC00000001',
        mac_address: null,
        version: 1,
        name: 'cpe-1',
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
});

test('dual-stack values are imported; null removes them, and absent keeps them', async () => {
  await using database = await createTestDatabase();
  const { pool } = database;
  const withCpe = (more: object) => ({ ...line(1), cpe: { ...cpe(1), ...more } });
  const dual = { ipv6Address: '2A02:908::7', ipv6Prefix: '2a02:908:1:0::/56' };
  const state = async () => [
    await rows(pool, 'select ipv6_address, ipv6_prefix from cpe'),
    await rows(pool, 'select ipv6_address, ipv6_prefix from corp_data_temp'),
    await rows(pool, 'select network::text from network_claim order by network'),
  ];
  const recorded = [{ ipv6_address: '2a02:908::7', ipv6_prefix: '2a02:908:1::/56' }];
  const claimed = [{ network: '2a02:908:1::/56' }, { network: '2a02:908::7/128' }];
  const changed = async (more: object) => (await importAll(pool, [withCpe(more)])).changed;
  await importAll(pool, [olt(), splitter, withCpe(dual)]);
  assert.deepEqual(await state(), [recorded, recorded, claimed]);
  assert.equal(await changed(dual), 0);
  assert.equal(await changed({}), 0, 'an older export does not name them');
  assert.deepEqual(await state(), [recorded, recorded, claimed]);
  assert.equal(await changed({ ipv6Prefix: null }), 1);
  const [addressOnly] = recorded.map((row) => ({ ...row, ipv6_prefix: null }));
  assert.deepEqual(await state(), [[addressOnly], [addressOnly], claimed.slice(1)]);
});

test('a prefix that overlaps one of another line makes its line bad, in one file or two', async () => {
  await using database = await createTestDatabase();
  const { pool } = database;
  const withPrefix = (n: number, ipv6Prefix: string) => ({
    ...line(n),
    cpe: { ...cpe(n), ipv6Prefix },
  });
  const file = [olt(), splitter, withPrefix(1, '2a02:908::/48'), withPrefix(2, '2a02:908::/56')];
  const reason = /^\S+ is in use by another line, in whole or in part$/;
  const first = await importAll(pool, file);
  assert.deepEqual([first.bad, first.changed], [1, 3]);
  assert.match(first.remarks[0]?.reason ?? '', reason);
  const second = await importAll(pool, [
    { ...line(3), cpe: { ...cpe(3), ipAddress: '2a02:908::3' } },
  ]);
  assert.match(second.remarks[0]?.reason ?? '', reason);
  assert.match(second.remarks[0]?.reason ?? '', /^2a02:908::3 /);
});

test('the order of lines within a batch does not matter', async () => {
  await using database = await createTestDatabase();
  const { changed, bad } = await importAll(database.pool, [ticket(1), line(1), splitter, olt()]);
  assert.deepEqual({ changed, bad }, { changed: 4, bad: 0 });
});

test('importing twice changes nothing', async () => {
  await using database = await createTestDatabase();
  const { pool } = database;
  const file = [olt(), splitter, line(1), line(2), { ...line(3), path: [], cpe: null }, ticket(1)];
  await importAll(pool, file);
  const state = async () => [
    await rows(pool, 'select xmin, * from cpe order by service_line_id'),
    await rows(pool, 'select xmin, * from corp_data_temp order by service_line_id'),
    await rows(pool, 'select xmin, * from cpe_claim order by kind, value'),
    await rows(pool, 'select xmin, * from line_path order by service_line_id, position'),
  ];
  const before = await state();
  const { read, changed, kept, bad } = await importAll(pool, file);
  assert.deepEqual({ read, changed, kept, bad }, { read: 6, changed: 0, kept: 0, bad: 0 });
  assert.equal(
    JSON.stringify((await state()).flat().map(({ xmin: _, ...row }) => row)),
    JSON.stringify(before.flat().map(({ xmin: _, ...row }) => row)),
  );
});

test('a later file changes values, claims, path and corp data of a line', async () => {
  await using database = await createTestDatabase();
  const { pool } = database;
  await importAll(pool, [olt(), olt('olt-2'), splitter, line(1), ticket(1)]);
  const moved = {
    ...line(1),
    customer: 'New owner',
    path: ['olt-2'],
    cpe: { ...cpe(1), ipAddress: '10.9.9.9' },
  };
  const { changed, bad } = await importAll(pool, [moved, { ...ticket(1), status: 'closed' }]);
  assert.deepEqual({ changed, bad }, { changed: 2, bad: 0 });
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
  assert.deepEqual(await rows(pool, 'select status from ctt'), [{ status: 'closed' }]);
});

const badLines: [reason: RegExp, line: Line][] = [
  [/not JSON/, '{"type":"ticket"'],
  [/expected object|Invalid input/, '[]'],
  [/type/, { ...ticket(1), type: 'customer' }],
  [/status/, { ...ticket(1), status: 'open' }],
  [/openedAt/, { ...ticket(1), openedAt: 'yesterday' }],
  [/Unrecognized key.*extra/, { ...ticket(1), extra: 1 }],
  [/title: Leave out control characters/, { ...ticket(1), title: 'a\0b' }],
  [/id/, { ...ticket(1), id: 'x'.repeat(65) }],
  [/service line line-77 does not exist/, ticket(77)],
  [/ticket number CTT-1 belongs to another ticket/, { ...ticket(1), id: 't-other' }],
  [/oltPorts/, { type: 'networkElement', id: 'o', kind: 'OLT', name: 'o' }],
  [/oltPorts/, { ...splitter, oltPorts }],
  [/network element spl-1 is recorded as SPLITTER/, olt('spl-1')],
  [/downKbps/, { ...line(5), plan: { downKbps: 1.5, upKbps: 1 } }],
  [/downKbps/, { ...line(5), plan: { downKbps: 3e9, upKbps: 1 } }],
  [/technology/, { ...line(5), technology: 'DSL' }],
  [/network element olt-9 of its path does not exist/, { ...line(5), path: ['olt-9'] }],
  [
    /ip-address 10.0.0.1 is in use by line line-1/,
    { ...line(5), cpe: { ...cpe(5), ipAddress: '10.0.0.1' } },
  ],
  [
    /port olt-1\|0\/2\/0:0 is in use by line line-1/,
    { ...line(5), cpe: { ...cpe(5), port: '0/2/0/0' } },
  ],
  [
    /serial-number .* is in use by line line-1/,
    { ...line(5), cpe: { ...cpe(5), serialNumber: cpe(1).serialNumber } },
  ],
  [
    /network element cpe-1 is the CPE of another line/,
    { ...line(5), cpe: { ...cpe(5), id: 'cpe-1' } },
  ],
  [
    /ipAddress: Leave out control characters/,
    { ...line(5), cpe: { ...cpe(5), ipAddress: '10.0.0.5\u0007' } },
  ],
  [/model/, { ...line(5), cpe: { ...cpe(5), model: 'm'.repeat(256) } }],
  [/customer: Give visible text/, { ...line(5), customer: '\u200b\u2060' }],
  [/title: Give visible text/, { ...ticket(1), title: '\u202e' }],
  [/id: Give a visible id/, { ...ticket(1), id: 't\u202e1' }],
  [/surrogate|control characters/, { ...line(5), customer: 'a\ud800' }],
  [/out of range/, { ...ticket(1), openedAt: '0000-01-01T00:00:00Z' }],
];

test('each bad line is reported with its number and reason; the good lines are imported', async () => {
  await using database = await createTestDatabase();
  const { pool } = database;
  await importAll(pool, [olt(), splitter, line(1), ticket(1)]);
  for (const [why, bad] of badLines) {
    const { remarks, ...summary } = await importAll(pool, [line(2), bad, ticket(2)]);
    assert.equal(summary.bad, 1, `${why}`);
    assert.deepEqual([remarks[0]?.number, remarks[0]?.outcome], [2, 'bad']);
    assert.match(remarks[0]?.reason ?? '', why);
  }
  const ids = await rows(pool, 'select id from service_line order by id');
  assert.deepEqual(
    ids.map(({ id }) => id),
    ['line-1', 'line-2'],
  );
  assert.equal((await rows(pool, 'select from ctt')).length, 2);
});

test('characters that change the direction of text are removed from names', async () => {
  await using database = await createTestDatabase();
  const { pool } = database;
  const named = { ...line(1), customer: 'A\u202e and B\u2069, می\u200cخواهم' };
  const { bad } = await importAll(pool, [
    olt(),
    splitter,
    named,
    { ...ticket(1), title: '\u200fno light' },
  ]);
  assert.equal(bad, 0);
  assert.deepEqual(await rows(pool, 'select customer from service_line'), [
    { customer: 'A and B, می\u200cخواهم' },
  ]);
  assert.deepEqual(await rows(pool, 'select title from ctt'), [{ title: 'no light' }]);
});

test('of two lines with one address the first gets it', async () => {
  await using database = await createTestDatabase();
  const second = { ...line(2), cpe: { ...cpe(2), ipAddress: cpe(1).ipAddress } };
  const { changed, remarks } = await importAll(database.pool, [olt(), splitter, line(1), second]);
  assert.equal(changed, 3);
  assert.deepEqual(remarks, [
    { number: 4, outcome: 'bad', reason: 'ip-address 10.0.0.1 is in use by line line-1' },
  ]);
});

test('values that break a rule are imported, and not claimed', async () => {
  await using database = await createTestDatabase();
  const { pool } = database;
  const wrong = {
    ...cpe(1),
    ipAddress: '192.0.2.7',
    port: 'unknown',
    serialNumber: 'n/a',
    model: '',
  };
  const { bad } = await importAll(pool, [olt(), splitter, { ...line(1), cpe: wrong }]);
  assert.equal(bad, 0);
  assert.deepEqual(await rows(pool, 'select ip_address, port, serial_number, model from cpe'), [
    { ip_address: '192.0.2.7', port: 'unknown', serial_number: 'n/a', model: '' },
  ]);
  assert.deepEqual(await rows(pool, 'select from cpe_claim'), []);
});

test('a CPE that was corrected in the desk stays; the rest of its line follows the file', async () => {
  await using database = await createTestDatabase();
  const { pool } = database;
  await importAll(pool, [olt(), splitter, line(1)]);
  await rows(pool, `update cpe set version = 2, ip_address = '10.5.5.5'`);
  await rows(pool, `update cpe_claim set value = '10.5.5.5' where kind = 'ip-address'`);
  const file = [{ ...line(1), customer: 'Renamed' }];
  const { changed, kept, remarks } = await importAll(pool, file);
  assert.deepEqual({ changed, kept }, { changed: 1, kept: 1 });
  assert.match(remarks[0]?.reason ?? '', /corrected in the desk/);
  assert.deepEqual(await rows(pool, 'select ip_address, version from cpe'), [
    { ip_address: '10.5.5.5', version: 2 },
  ]);
  assert.deepEqual(await rows(pool, 'select customer, ip_address from corp_data_temp'), [
    { customer: 'Renamed', ip_address: '10.5.5.5' },
  ]);
  assert.deepEqual(await rows(pool, `select value from cpe_claim where kind = 'ip-address'`), [
    { value: '10.5.5.5' },
  ]);
  assert.equal((await importAll(pool, file)).changed, 0);
});

const insertUpdate = `insert into cpe_update (id, service_line_id, ctt_id, ticket_no, kind, state, before, after, changed,
    warnings, actor_id, actor_name, rules, requested_at, ask_at, ask_until)
  values (gen_random_uuid(), 'line-1', 't-1', 'CTT-1', 'refresh', 'unknown', '{}', '{}', '{}', '[]', 'a', 'A', 'r',
    now(), now(), now())`;

test('an import does not change a line with an unsettled update, nor its claims', async () => {
  await using database = await createTestDatabase();
  const { pool } = database;
  await importAll(pool, [olt(), splitter, line(1), ticket(1)]);
  await rows(pool, insertUpdate);
  await rows(
    pool,
    `insert into cpe_claim select 'ip-address', '10.7.7.7', service_line_id, id from cpe_update`,
  );
  const changedLine = { ...line(1), customer: 'Other', cpe: { ...cpe(1), ipAddress: '10.8.8.8' } };
  const { changed, kept, remarks } = await importAll(pool, [changedLine]);
  assert.deepEqual({ changed, kept }, { changed: 0, kept: 1 });
  assert.match(remarks[0]?.reason ?? '', /is unsettled/);
  assert.deepEqual(await rows(pool, 'select customer from service_line'), [
    { customer: 'Customer 1' },
  ]);
  assert.equal((await rows(pool, 'select from cpe_claim')).length, 4);
  const wantsItsClaim = { ...line(2), cpe: { ...cpe(2), ipAddress: '10.7.7.7' } };
  assert.match(
    (await importAll(pool, [wantsItsClaim])).remarks[0]?.reason ?? '',
    /in use by line line-1/,
  );
});

test('a line without a CPE in the file keeps the recorded one', async () => {
  await using database = await createTestDatabase();
  const { pool } = database;
  await importAll(pool, [olt(), splitter, line(1)]);
  assert.equal((await importAll(pool, [{ ...line(1), cpe: null }])).changed, 0);
  assert.equal((await rows(pool, 'select from cpe')).length, 1);
});

function* manyLines(count: number): Generator<Line> {
  yield olt();
  yield splitter;
  for (let n = 1; n <= count / 2; n++) {
    yield line(n);
    yield n % 1000 === 0 ? { ...ticket(n), serviceLineId: 'nobody' } : ticket(n);
  }
}

test('20,000 lines are streamed with a small read-ahead; a second import changes nothing', async () => {
  await using database = await createTestDatabase();
  const { pool } = database;
  let read = 0;
  let widest = 0;
  let written = 0;
  const counted = function* () {
    for (const item of manyLines(20_000)) {
      read += 1;
      widest = Math.max(widest, read - written);
      yield item;
    }
  };
  // Bad lines are reported when their batch is written: the import has come at least this far.
  const first = await importLines(pool, textOf(counted()), {
    at,
    remark: ({ number }) => {
      written = number;
    },
  });
  assert.deepEqual(first, { read: 20_002, changed: 19_992, kept: 0, bad: 10 });
  assert.ok(widest < 5000, `${widest} lines were held`);
  const again = await importAll(pool, manyLines(20_000));
  assert.deepEqual([again.changed, again.bad], [0, 10]);
});

test('an error that is not in the data ends the import', async () => {
  await using database = await createTestDatabase();
  await rows(database.pool, 'drop table ctt cascade');
  await assert.rejects(importAll(database.pool, [olt(), splitter, line(1), ticket(1)]), /ctt/);
});

test('the example file has no bad line', async () => {
  await using database = await createTestDatabase();
  const file = new URL('../../../docs/import-example.ndjson', import.meta.url);
  const remark = (told: LineRemark) => assert.fail(told.reason);
  const { read, changed } = await importLines(
    database.pool,
    readLines(createReadStream(file, 'utf8')),
    {
      at,
      remark,
    },
  );
  assert.deepEqual([read, changed], [7, 7]);
});

test('an import that waits for an update locks nothing that the update needs', async () => {
  await using database = await createTestDatabase();
  const { pool } = database;
  await importAll(pool, [olt(), splitter, line(1)]);
  // The locks of an update that is about to read its line.
  const intent = await pool.connect();
  await intent.query('begin');
  await intent.query(`select from cpe where service_line_id = 'line-1' for no key update`);
  const importing = importAll(pool, [{ ...line(1), customer: 'Another' }]);
  await until(
    'the import waits',
    async () =>
      (
        await rows(
          pool,
          `select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`,
        )
      ).length > 0,
  );
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

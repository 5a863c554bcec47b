import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { importLines } from '../../src/import/import-lines.ts';
import type { Pool } from '../../src/platform/database/database.ts';
import { createTestDatabase } from '../support/test-database.ts';
import {
  at,
  cpe,
  importAll,
  type Line,
  line,
  olt,
  rows,
  splitter,
  textOf,
  ticket,
} from './lines.ts';

const upTo = (count: number) => Array.from({ length: count }, (_, n) => n + 1);
const ground = [olt(), splitter];

test('across batches the later line wins, and of two lines with one address the first gets it', async () => {
  await using database = await createTestDatabase();
  const { pool } = database;
  const late = { ...line(900), cpe: { ...cpe(900), ipAddress: cpe(1).ipAddress } };
  const file = [
    ...ground,
    ...upTo(700).map(line),
    late,
    ...upTo(700).map(ticket),
    ...upTo(700).map((n) => ({ ...ticket(n), status: n === 350 ? 'held' : 'closed' })),
    { ...ticket(350), status: 'resolved' },
  ];
  const { bad, remarks } = await importAll(pool, file, 100);
  assert.deepEqual([bad, remarks[0]?.number], [1, 703]);
  assert.deepEqual(await rows(pool, 'select status, count(*) from ctt group by 1 order by 1'), [
    { status: 'closed', count: 699 },
    { status: 'resolved', count: 1 },
  ]);
  assert.deepEqual(
    await rows(
      pool,
      'select status, sum(count)::int as n from ticket_count where count <> 0 group by 1 order by 1',
    ),
    [
      { status: 'closed', n: 699 },
      { status: 'resolved', n: 1 },
    ],
  );
});

test('bad lines at the edges of batches are reported, and all others imported', async () => {
  await using database = await createTestDatabase();
  const bad = [
    { ...ticket(10), serviceLineId: 'nobody' },
    '{',
    { ...ticket(12), ticketNo: 'CTT-1' },
  ];
  const file = [
    ...ground,
    ...upTo(28).map(line),
    ...upTo(9).map(ticket),
    ...bad,
    ...[13, 14].map(ticket),
  ];
  const { remarks } = await importAll(database.pool, file, 10);
  assert.deepEqual(
    remarks.map(({ number }) => number).sort((a, b) => a - b),
    [40, 41, 42],
  );
  assert.equal((await rows(database.pool, 'select from ctt')).length, 11);
});

test('a ticket finds its line, and a line its path, across concurrent batches', async () => {
  await using database = await createTestDatabase();
  const elements = upTo(95).map((n) => ({ ...splitter, id: `spl-${n}` }));
  const lines = upTo(95).map((n) => ({ ...line(n), path: ['olt-1', `spl-${n}`] }));
  const { bad } = await importAll(
    database.pool,
    [olt(), ...elements, ...lines, ...upTo(95).map(ticket)],
    10,
  );
  assert.equal(bad, 0);
});

test('an import whose file fails keeps the lines before the failure', async () => {
  await using database = await createTestDatabase();
  async function* broken() {
    yield* textOf([...ground, ...upTo(38).map(line)]);
    throw new RangeError('The end of the file is missing');
  }
  const importing = importLines(database.pool, broken(), { at, remark: () => {}, batchLines: 10 });
  await assert.rejects(importing, /The end of the file is missing/);
  assert.equal((await rows(database.pool, 'select from service_line')).length, 38);
});

test('two concurrent imports of one file write every record once', async () => {
  await using database = await createTestDatabase();
  const file = [...ground, ...upTo(300).map(line), ...upTo(300).map(ticket)];
  const both = await Promise.all([1, 2].map(() => importAll(database.pool, file, 50)));
  assert.equal(
    both.reduce((sum, { changed }) => sum + changed, 0),
    file.length,
  );
  assert.deepEqual(await rows(database.pool, 'select sum(count)::int as n from ticket_count'), [
    { n: 300 },
  ]);
});

test('a ticket number is released before the next ticket takes it, across concurrent batches', async () => {
  for (const _ of upTo(15)) {
    await using database = await createTestDatabase();
    const tickets = [
      { ...ticket(1), ticketNo: 'CTT-3' },
      ticket(1),
      { ...ticket(2), ticketNo: 'CTT-3' },
    ];
    const { bad, remarks } = await importAll(
      database.pool,
      [...ground, line(1), line(2), ...tickets],
      1,
    );
    assert.equal(bad, 0, JSON.stringify(remarks));
  }
});

const small = fc.integer({ min: 1, max: 4 });
const anyLine = fc
  .record({
    id: small,
    address: small,
    cpe: small,
    group: fc.constantFrom('SME', 'CONSUMER'),
    lost: fc.integer({ max: 9, min: 0 }),
  })
  .map(({ id, address, cpe: device, group, lost }) => ({
    ...line(id),
    segmentGroup: group,
    path: lost === 0 ? ['nobody'] : ['olt-1'],
    cpe: { ...cpe(id), id: `cpe-${device}`, ipAddress: `10.0.0.${address}` },
  }));
const anyTicket = fc
  .record({
    id: small,
    number: small,
    line: fc.integer({ min: 1, max: 5 }),
    status: fc.constantFrom('held', 'closed'),
  })
  .map(({ id, number, line: of, status }) => ({
    ...ticket(id),
    ticketNo: `CTT-${number}`,
    serviceLineId: `line-${of}`,
    status,
  }));

/** All that an import writes, in an order in which it can be deleted. */
const tables = [
  'ctt',
  'corp_data_temp',
  'cpe_claim',
  'cpe',
  'line_path',
  'service_line',
  'network_element',
];

/** The result and the remarks of imports in sequence, in an emptied database. */
const outcome = async (db: Pool, files: readonly (readonly Line[])[], batchLines: number) => {
  for (const table of tables) await rows(db, `delete from ${table}`);
  await importAll(db, ground);
  const told = [];
  for (const file of files) {
    const { remarks, ...summary } = await importAll(db, file, batchLines);
    told.push({ ...summary, remarks: remarks.toSorted((a, b) => a.number - b.number) });
  }
  const left = [];
  for (const table of tables) left.push(await rows(db, `select * from ${table} order by 1, 2`));
  left.push(await rows(db, 'select * from ticket_count where count <> 0 order by 1, 2, 3, 4'));
  return { told, left };
};

test('concurrent batches of any lines have the result of one line after the other', async () => {
  const lines = fc.array(anyLine, { maxLength: 9 });
  const tickets = fc.array(anyTicket, { maxLength: 9 });
  const file = fc.tuple(lines, tickets).map((parts) => parts.flat());
  await using database = await createTestDatabase();
  const { pool } = database;
  await fc.assert(
    fc.asyncProperty(file, file, fc.constantFrom(2, 3, 4), async (first, second, batchLines) => {
      const together = await outcome(pool, [first, second], batchLines);
      assert.deepEqual(together, await outcome(pool, [first, second], 1));
    }),
    { numRuns: 25 },
  );
});

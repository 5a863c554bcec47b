import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  segmentGroups,
  ticketCountsSchema,
  ticketListSchema,
  ticketStatuses,
} from '@cpe-desk/contract';
import { inTransaction, one, run, statement } from '../../src/platform/database/database.ts';
import { readXlsx } from '../../src/platform/tables/read-xlsx.ts';
import { allOf } from '../support/all-of.ts';
import { assertProblem } from '../support/assert-problem.ts';
import type { Client } from '../support/client.ts';
import { useDesk } from '../support/desk.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { addTestLine } from '../support/test-line.ts';
import { until } from '../support/until.ts';

const desk = await useDesk();
const { operator } = desk;
const small = desk.as('demo-operator-sme');
await addTestLine(desk.db, {
  segmentGroup: 'SME',
  status: 'held',
  customer: 'Kedai "Dua, Tiga"\nBaru',
});
await addTestLine(desk.db, { segmentGroup: 'SME', status: 'closed', customer: '=cmd|calc;=1' });
await addTestLine(desk.db, { segmentGroup: 'SME', status: 'held', title: '@SUM(A1)' });
await addTestLine(desk.db, {
  segmentGroup: 'ENTERPRISE',
  status: 'held',
  customer: 'Only for ENTERPRISE',
});

const lastExport = statement<{ subject: string; detail: unknown }>(
  'test-last-export',
  `select subject, detail from access_log where event = 'tickets-exported' order by id desc limit 1`,
);
const MANY = 10_500;
const addTickets = statement<never, [count: number]>(
  'test-add-tickets',
  `insert into ctt (id, ticket_no, status, title, opened_at, service_line_id, technology, managed_services, segment_group)
   select 'many-' || n, 'MANY-' || n, 'pending', 'One of many', '2026-01-01', id, technology, managed_services, segment_group
     from service_line, generate_series(1, $1) n where id = 'line-1'`,
);

const csv = async (client: Client, query = '') => {
  const answer = await client.get(`/ticket/ctt/export.csv${query}`);
  assert.equal(answer.status, 200);
  return { headers: answer.headers, text: String(answer.body) };
};
const counts = async (client: Client, query = '') => {
  const { status, segmentGroup } = ticketCountsSchema.parse(
    (await client.get(`/ticket/ctt/counts${query}`)).body,
  );
  const some = (all: Record<string, number>) =>
    Object.fromEntries(Object.entries(all).filter(([, n]) => n > 0));
  return { status: some(status), segmentGroup: some(segmentGroup) };
};

test('the export is CSV with a byte order mark, quotes, and no formulas', async () => {
  const answer = await operator.fetch('/ticket/ctt/export.csv?sort=ticketNo&segmentGroup=SME');
  assert.match(answer.headers.get('content-type') ?? '', /^text\/csv; charset=utf-8/);
  assert.equal(answer.headers.get('content-disposition'), 'attachment; filename="tickets.csv"');
  const bytes = Buffer.from(await answer.arrayBuffer());
  assert.deepEqual([...bytes.subarray(0, 3)], [0xef, 0xbb, 0xbf]);
  const lines = bytes.toString('utf8').slice(1).split('\r\n');
  assert.equal(
    lines[0],
    '"ticket","status","title","opened at","customer","segment group","technology","managed services","editable"',
  );
  assert.match(
    lines[1] ?? '',
    /^"CTT-\d+","held","Wrong device on record","2026-11-01T08:00:00\.000Z","Kedai ""Dua, Tiga"" Baru","SME","FTTH","true","true"$/,
  );
  assert.match(lines[2] ?? '', /,"closed",.*,"'=cmd\|calc;'=1","SME","FTTH","true","false"$/);
  assert.match(lines[3] ?? '', /,"held","'@SUM\(A1\)",/);
  assert.deepEqual(lines.slice(4), [''], 'each line ends with CRLF');
});

test('the XLSX export has the same rows, as text', async () => {
  const query = '?sort=ticketNo&segmentGroup=SME';
  const answer = await operator.fetch(`/ticket/ctt/export.xlsx${query}`);
  assert.equal(answer.status, 200);
  assert.equal(answer.headers.get('content-disposition'), 'attachment; filename="tickets.xlsx"');
  await using folder = await tempFolder();
  const file = join(folder.path, 'tickets.xlsx');
  await writeFile(file, Buffer.from(await answer.arrayBuffer()));
  const rows = (await allOf(readXlsx(file))).map(({ cells }) => cells);
  const { text } = await csv(operator, query);
  const unquoted = text
    .trim()
    .split('\r\n')
    .map((line) => line.slice(1, -1).split('","'));
  assert.equal(rows[2]?.[4], '=cmd|calc;=1');
  assert.deepEqual(
    rows.map((row) => [row[0], row[1], row[3]]),
    unquoted.map((row) => [row[0], row[1], row[3]]),
  );
});

test('the export follows the filters and the caller’s segment groups, and is in the access log', async () => {
  assert.ok((await csv(operator)).text.includes('Only for ENTERPRISE'));
  const { text } = await csv(small, '?status=held');
  assert.equal(text.split('\r\n').length, 4);
  assert.ok(!text.includes('Only for ENTERPRISE'));
  const [logged] = await run(desk.db, lastExport, []);
  assert.deepEqual(
    [logged?.subject, logged?.detail],
    ['demo-operator-sme', { sort: '-openedAt', status: ['held'] }],
  );
  assertProblem(await desk.admin.get('/ticket/ctt/export.csv'), 'forbidden');
  assertProblem(await operator.get('/ticket/ctt/export.csv?status=lost'), 'malformed-request');
});

test('the export of chosen tickets has these alone, of the caller’s segment groups', async () => {
  const { items } = ticketListSchema.parse((await operator.get('/ticket/ctt')).body);
  const hidden = items.find(({ segmentGroup }) => segmentGroup === 'ENTERPRISE');
  const seen = items.find(({ segmentGroup }) => segmentGroup === 'SME');
  const { text } = await csv(small, `?ids=${hidden?.id},${seen?.id},none`);
  const [, ...rows] = text.trim().split('\r\n');
  assert.deepEqual(
    rows.map((row) => row.split(',')[0]),
    [`"${seen?.ticketNo}"`],
  );
  const many = Array.from({ length: 201 }, (_, n) => n).join(',');
  assertProblem(await small.get(`/ticket/ctt/export.csv?ids=${many}`), 'malformed-request');
});

test('counts of a value follow the other filters and the caller’s segment groups', async () => {
  assert.deepEqual(await counts(operator), {
    status: { held: 3, closed: 1 },
    segmentGroup: { SME: 3, ENTERPRISE: 1 },
  });
  assert.deepEqual(await counts(operator, '?status=closed&segmentGroup=SME'), {
    status: { held: 2, closed: 1 },
    segmentGroup: { SME: 1 },
  });
  assert.deepEqual((await counts(small)).segmentGroup, { SME: 3 });
  assert.deepEqual(await counts(operator, '?q=ENTERPRISE'), {
    status: { held: 1 },
    segmentGroup: { ENTERPRISE: 1 },
  });
  const all = ticketCountsSchema.parse((await operator.get('/ticket/ctt/counts')).body);
  assert.deepEqual(
    [Object.keys(all.status), Object.keys(all.segmentGroup)],
    [[...ticketStatuses], [...segmentGroups]],
  );
});

test('an export of many tickets has each ticket once, and counts have them all', async () => {
  await run(desk.db, addTickets, [MANY]);
  const { text } = await csv(operator, '?status=pending');
  const numbers = text.match(/^"MANY-\d+/gm) ?? [];
  assert.deepEqual([numbers.length, new Set(numbers).size], [MANY, MANY]);
  assert.equal((await counts(operator)).status.pending, MANY);
});

test('an export ends when its reader leaves', async () => {
  const path = '/ticket/ctt/export.csv?status=pending';
  const leave = async () => {
    const stop = new AbortController();
    const answer = await operator.fetch(path, { signal: stop.signal });
    const reader = answer.body?.getReader();
    assert.equal((await reader?.read())?.done, false);
    return stop;
  };
  // As many as one caller may have.
  const left = [await leave(), await leave()];
  assertProblem(await operator.get(path), 'too-many-requests');
  for (const stop of left) stop.abort();
  await until('both are over', async () => (await operator.get(path)).status === 200);
});

const lockTickets = statement<never>(
  'test-lock-tickets',
  'lock table ctt in access exclusive mode',
);
const countExports = statement<{ count: number }>(
  'test-count-exports',
  `select count(*) as count from access_log where event = 'tickets-exported'`,
);

test('each caller has at most two exports at the same time', async () => {
  const begun = async () => (await one(desk.db, countExports, [])).count;
  const before = await begun();
  const ask = (client: Client) => client.get('/ticket/ctt/export.csv?segmentGroup=SME&status=held');
  const waiting = await inTransaction(desk.db, async (tx) => {
    await run(tx, lockTickets, []);
    const answers = [ask(operator), ask(operator), ask(small)];
    await until('they wait for the tickets', async () => (await begun()) === before + 3);
    const refused = await ask(operator);
    assertProblem(refused, 'too-many-requests');
    assert.match(refused.headers.get('retry-after') ?? '', /^[1-9]\d*$/);
    return answers;
  });
  for (const answer of await Promise.all(waiting)) assert.equal(answer.status, 200);
  assert.equal((await ask(operator)).status, 200);
});

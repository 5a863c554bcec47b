import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { bulkListSchema, bulkSchema } from '@cpe-desk/contract';
import pg from 'pg';
import { z } from 'zod';
import { prepareOneBulk } from '../service/src/bulk/check/start-preparing.ts';
import { recordBatch } from '../service/src/bulk/run/record-batch.ts';
import {
  finishBulk,
  noteNigDown,
  noteNigUp,
  pauseRunningBulk,
  selectCancelledWithWaiting,
  selectRunningBulks,
  setWaitsFor,
} from '../service/src/bulk/run/run.sql.ts';
import { runningBulkOf } from '../service/src/bulk/run/running-bulk.ts';
import { sendToNig } from '../service/src/cpe-update/4-send.ts';
import { writeAnchors } from '../service/src/history/anchors/write-anchors.ts';
import { summariseUpdates } from '../service/src/overview/summarise.ts';
import { one, run } from '../service/src/platform/database/database.ts';
import type { Client } from '../service/test/support/client.ts';
import { startTestDesk, type TestDesk } from '../service/test/support/desk.ts';
import { updateBody } from '../service/test/support/updates.ts';
import { fill } from './fill.ts';
import { questions } from './read.ts';
import { recordingPool, type Sent } from './record-sql.ts';

/*
 * The questions of the benchmarks on a small database: the answers are right, and no plan scans a
 * large table. Times are not checked.
 */

const SIZE = { tickets: 20_000, lines: 8000, entries: 60_000 };
/** A table, or a month of the history, with at least this many rows is large here. */
const LARGE = 1000;

let desk: TestDesk;
let client: Client;
let owner: pg.Client;
let large: ReadonlySet<string>;
const sent: Sent[] = [];

before(async () => {
  desk = await startTestDesk({
    isSettling: false,
    isPreparing: false,
    isRunningBulks: false,
    between: (db) => recordingPool(db, sent),
  });
  await fill(desk.ownerUrl, SIZE, () => {});
  owner = new pg.Client({ connectionString: desk.ownerUrl });
  await owner.connect();
  const { rows } = await owner.query<{ name: string }>(
    `select relname as name from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace and reltuples >= $1`,
    [LARGE],
  );
  large = new Set(rows.map(({ name }) => name));
  client = desk.supervisor;
});
after(async () => {
  await owner.end();
  await desk[Symbol.asyncDispose]();
});

type Plan = {
  'Node Type': string;
  'Relation Name'?: string | undefined;
  Plans?: Plan[] | undefined;
};
const planSchema: z.ZodType<Plan> = z.object({
  'Node Type': z.string(),
  'Relation Name': z.string().optional(),
  Plans: z.lazy(() => z.array(planSchema)).optional(),
});
const explainedSchema = z.tuple([
  z.object({ 'QUERY PLAN': z.tuple([z.object({ Plan: planSchema })]) }),
]);

const scanned = (plan: Plan): string[] => [
  ...(plan['Node Type'] === 'Seq Scan' && plan['Relation Name'] ? [plan['Relation Name']] : []),
  ...(plan.Plans ?? []).flatMap(scanned),
];

/** Large tables that a statement scans from end to end. */
const scannedBy = async ({ text, values }: Sent, plan = ''): Promise<string[]> => {
  const { rows } = await owner.query(
    `explain (format json${plan}) ${text}`,
    plan === '' ? [...values] : [],
  );
  return scanned(explainedSchema.parse(rows)[0]['QUERY PLAN'][0].Plan).filter((name) =>
    large.has(name),
  );
};

const assertNothingScanned = async (statements: readonly Sent[]): Promise<void> => {
  const asking = statements.filter(({ text }) => !/^(begin|commit|rollback)/i.test(text));
  assert.ok(asking.length > 0);
  for (const each of asking) assert.deepEqual(await scannedBy(each), [], each.text);
};

test('the tables that grow with the network are large here', () => {
  for (const name of [
    'ctt',
    'service_line',
    'cpe',
    'cpe_claim',
    'line_path',
    'network_element',
    'cpe_update',
  ])
    assert.ok(large.has(name), name);
  assert.ok(
    [...large].filter((name) => name.startsWith('cpe_history_2')).length >= 20,
    'months of the history',
  );
  assert.ok(!large.has('ticket_count'));
});

test('a statement that reads a large table from end to end is found', async () => {
  const sent = { text: 'select from ctt where title = $1', values: ['x'] };
  assert.deepEqual(await scannedBy(sent), ['ctt']);
  assert.deepEqual(await scannedBy({ text: 'select from ctt', values: [] }, ', generic_plan'), [
    'ctt',
  ]);
});

const names = Object.keys(questions('', SIZE));
for (const [person, numbers] of [
  ['demo-supervisor', names],
  [
    'demo-operator-sme',
    names.filter((name) => /^(first|by|counts|editable|status held)/.test(name)),
  ],
] as const)
  for (const name of numbers)
    test(`${name}, by ${person}: an answer, and no large table is read from end to end`, async () => {
      const asker = desk.as(person);
      const { nextCursor } = z
        .object({ nextCursor: z.string().nullable() })
        .parse((await asker.get('/ticket/ctt?limit=200')).body);
      const path = Object.entries(questions(nextCursor ?? '', SIZE)).find(
        ([each]) => each === name,
      )?.[1](1);
      assert.ok(path);
      sent.length = 0;
      const { status } = await asker.get(path);
      assert.equal(status, 200);
      await assertNothingScanned(sent.splice(0));
    });

/** The statements of one update of a line with three claims. */
const statementsOfUpdate = async (ipAddress: string): Promise<Sent[]> => {
  const { rows } = await owner.query<{ id: string }>(
    `select t.id from ctt t where status = 'inProgress' and technology = 'FTTH' and managed_services and segment_group = 'SME' limit 1`,
  );
  const id = rows[0]?.id ?? '';
  const body = await updateBody(client, id, { ipAddress });
  sent.length = 0;
  const headers = { 'idempotency-key': `plans ${ipAddress}` };
  assert.equal((await client.post(`/ticket/ctt/cpe/update/${id}`, body, headers)).status, 200);
  return sent.splice(0).filter(({ text }) => !/cpe_update_event where/.test(text));
};

test('an update: three statements, two commits, and no large table is read from end to end', async () => {
  const statements = await statementsOfUpdate('11.0.0.1');
  assert.equal(statements.length, 3);
  await assertNothingScanned(statements);
  // The generic plan that a connection keeps.
  for (const each of statements)
    assert.deepEqual(await scannedBy(each, ', generic_plan'), [], each.text);
});

/** A statement of the flow with a batch of so many rows. */
const withRows = ({ text, values }: Sent, rows: number): Sent => ({
  text,
  values: values.map((value) =>
    Array.isArray(value) ? Array.from({ length: rows }, () => value).flat() : value,
  ),
});

for (const [n, rows] of [1, 32, 256].entries())
  test(`a batch of ${rows} updates reads no table of a million lines from end to end`, async () => {
    const statements = await statementsOfUpdate(`11.0.1.${n + 1}`);
    await owner.query('begin');
    try {
      // As the planner would see a million lines. It reads the number of pages from the files.
      await owner.query('update pg_class set reltuples = 1000000 where relname = any($1)', [
        [...large],
      ]);
      for (const each of statements) {
        assert.deepEqual(await scannedBy(withRows(each, rows)), [], each.text);
        assert.deepEqual(await scannedBy(each, ', generic_plan'), [], each.text);
      }
    } finally {
      await owner.query('rollback');
    }
  });

test('the first and later anchors, the count of the overview: no large table is read from end to end', async () => {
  const { db, signingKey } = desk.deps;
  const HOUR_MS = 60 * 60_000;
  sent.length = 0;
  for (const hours of [0, 1, 25])
    await writeAnchors(db, signingKey, {
      cause: 'hour',
      time: async () => new Date(Date.now() + hours * HOUR_MS),
    });
  await summariseUpdates(db, 'UTC');
  await assertNothingScanned(sent.splice(0).filter(({ text }) => !text.startsWith('fetch ')));
});

const ROUTE = '/ticket/ctt/cpe/bulk';

/** No plan scans a large table, as the planner would see a million rows in each. */
const assertNothingScannedOfMillions = async (statements: readonly Sent[]): Promise<void> => {
  await owner.query('begin');
  try {
    await owner.query('update pg_class set reltuples = 1000000 where relname = any($1)', [
      [...large],
    ]);
    await assertNothingScanned(statements);
  } finally {
    await owner.query('rollback');
  }
};

test('a bulk is read, checked and shown, and no large table is read from end to end', async () => {
  const { rows } = await owner.query<{ ticket_no: string }>(
    'select distinct on (service_line_id) ticket_no from ctt limit 600',
  );
  const file = ['ticket,downKbps', ...rows.map((row, n) => `${row.ticket_no},${100_000 + n}`)];
  sent.length = 0;
  const uploaded = await client.fetch(`${ROUTE}?name=plans`, {
    method: 'POST',
    body: file.join('\n'),
    headers: { 'content-type': 'text/csv' },
  });
  const { bulkId } = bulkSchema.parse(await uploaded.json());
  const prepare = () => prepareOneBulk(desk.deps, new AbortController().signal);
  assert.ok(await prepare());
  await owner.query('analyze cpe_bulk_row, cpe_bulk');
  assert.ok(await prepare());
  const bulk = bulkSchema.parse((await client.get(`${ROUTE}/${bulkId}`)).body);
  assert.equal(bulk.state, 'checked');
  assert.equal((await client.post(`${ROUTE}/${bulkId}/check`, {})).status, 202);
  assert.ok(await prepare());
  for (const path of ['rows?state=waiting', 'rows?code=not-eligible', 'rows/17', 'results.csv'])
    assert.equal((await client.get(`${ROUTE}/${bulkId}/${path}`)).status, 200);
  await client.get(ROUTE);
  large = new Set([...large, 'cpe_bulk_row']);
  // Other bulks, so that the rows of one are a part of the table.
  await owner.query(
    `insert into cpe_bulk select (jsonb_populate_record(b, jsonb_build_object('id', gen_random_uuid(), 'upload_key', null))).*
       from cpe_bulk b, generate_series(1, 15)`,
  );
  await owner.query(
    `insert into cpe_bulk_row select (jsonb_populate_record(r, jsonb_build_object('bulk_id', b.id))).*
       from cpe_bulk_row r join cpe_bulk b on b.id <> r.bulk_id`,
  );
  await owner.query('analyze cpe_bulk_row, cpe_bulk');
  const asked = sent.splice(0).filter(({ text }) => !/^insert into cpe_bulk_part/.test(text));
  assert.ok(asked.some(({ text }) => text.includes('update cpe_bulk_row')));
  await assertNothingScannedOfMillions(asked);
});

test('a bulk runs, is paused and reverted, and no large table is read from end to end', async () => {
  const uploaded = bulkListSchema
    .parse((await client.get(`${ROUTE}?state=checked&limit=200`)).body)
    .items.find(({ name, check }) => name === 'plans' && check);
  assert.ok(uploaded);
  const { bulkId, check } = uploaded;
  const post = async (act: string, body: unknown = {}) =>
    assert.ok((await client.post(`${ROUTE}/${bulkId}/${act}`, body)).status < 300, act);
  await post('start', { checkHash: check?.checkHash });
  const { db } = desk.deps;
  sent.length = 0;
  const bulk = runningBulkOf(await one(db, selectRunningBulks, []));
  const batch = await recordBatch(desk.deps, bulk, { after: 0, most: 1 });
  const more = await recordBatch(desk.deps, bulk, { after: batch.last, most: 1 });
  const [first, second] = [...batch.recorded, ...more.recorded];
  assert.ok(first && second);
  await sendToNig(desk.deps, bulk.caller, first.intent);
  await desk.nig.setFaults({ mode: 'reject' });
  await sendToNig(desk.deps, bulk.caller, second.intent);
  await desk.nig.setFaults();
  const batches = sent.splice(0);
  for (const text of [
    'insert into cpe_update',
    'unnest',
    'insert into cpe_history',
    'cpe_bulk_tally',
  ])
    assert.ok(
      batches.some((each) => each.text.includes(text)),
      text,
    );
  for (const rows of [1, 32, 128, 256])
    await assertNothingScannedOfMillions(batches.map((each) => withRows(each, rows)));
  await run(db, setWaitsFor, [bulkId, null]);
  await run(db, noteNigDown, [bulkId, 1]);
  await run(db, noteNigUp, [bulkId]);
  await run(db, finishBulk, [bulkId]);
  await run(db, selectCancelledWithWaiting, []);
  await run(db, pauseRunningBulk, [bulkId, '{}']);
  await post('resume');
  await post('pause');
  await post('revert', { reason: 'plans' });
  await post('retry', { states: ['refused'] });
  await post('cancel', { reason: 'plans' });
  await assertNothingScannedOfMillions(sent.splice(0));
});

import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { type Cpe, driftListSchema, type SegmentGroup } from '@cpe-desk/contract';
import type { Nig } from '../../src/nig/nig.ts';
import { run, statement } from '../../src/platform/database/database.ts';
import { listDrift } from '../../src/reconciliation/list-drift.ts';
import { openPass, recordProgress, selectPassDue } from '../../src/reconciliation/queries.ts';
import { reconcile } from '../../src/reconciliation/reconcile.ts';
import { assertProblem } from '../support/assert-problem.ts';
import { assertSettled } from '../support/invariants.ts';
import { type Client, startTestDesk, type TestDesk, updateBody } from '../support/test-desk.ts';
import { addTestLine } from '../support/test-line.ts';

let desk: TestDesk;
let operator: Client;
let supervisor: Client;

before(async () => {
  desk = await startTestDesk();
  operator = await desk.as('demo-operator');
  supervisor = await desk.as('demo-supervisor');
});
after(() => desk[Symbol.asyncDispose]());
beforeEach(async () => {
  await reconcile(desk.deps);
});

const sql = (text: string) => run(desk.db, statement(`test-${text.slice(0, 50)}`, text), []);

/** A line whose CPE was updated through the desk, so that all three agree on it. */
const updatedLine = async () => {
  const line = await addTestLine(desk.db);
  const body = await updateBody(operator, line.id, { ipAddress: `10.99.${line.n >> 8}.${line.n & 255}` });
  assert.equal((await operator.post(`/ticket/ctt/cpe/update/${line.id}`, body)).status, 200);
  return { ...line, cpe: body.new };
};

const found = async (nig: Nig = desk.deps.nig) => {
  const told: string[] = [];
  const pass = await reconcile(
    { ...desk.deps, nig },
    {
      onDifference: ({ lineId, holder, difference: { fields, held } }) =>
        told.push(`${lineId} ${holder} ${held ? fields.join() : 'nothing'}`),
    },
  );
  return { told, ...pass };
};
const drift = async (client = supervisor) =>
  driftListSchema.parse((await client.get('/ticket/ctt/cpe/drift')).body);
const holdInNig = async (lineId: string, cpe: Cpe) => {
  const answer = await fetch(`${desk.nig.url}/cpes/${lineId}`, {
    method: 'PUT',
    body: JSON.stringify({ cpe }),
  });
  assert.equal(answer.status, 204);
};

test('where all three agree nothing is told and nothing is written', async () => {
  const { id } = await updatedLine();
  const { told, end, counts } = await found();
  assert.deepEqual([told, end], [[], 'done']);
  assert.deepEqual([counts?.repaired, counts?.drifted, counts?.unanswered], [0, 0, 0]);
  await assertSettled(desk, operator, id);
});

test('a corp-data record that was left behind, or is missing, follows the CPE; what it held is kept to be read', async () => {
  const [stale, missing, renamed] = [await updatedLine(), await updatedLine(), await updatedLine()];
  await sql(`update corp_data_temp set model = 'Older' where service_line_id = '${stale.lineId}'`);
  await sql(`delete from corp_data_temp where service_line_id = '${missing.lineId}'`);
  await sql(`update corp_data_temp set customer = 'Before' where service_line_id = '${renamed.lineId}'`);
  const { told, counts } = await found();
  assert.deepEqual(
    told.sort(),
    [
      `${stale.lineId} corp-data model`,
      `${missing.lineId} corp-data nothing`,
      `${renamed.lineId} corp-data line`,
    ].sort(),
  );
  assert.equal(counts?.repaired, 3);
  for (const { id } of [stale, missing, renamed]) await assertSettled(desk, operator, id);
  const item = (await drift()).items.find(({ serviceLineId }) => serviceLineId === stale.lineId);
  assert.deepEqual([item?.holder, item?.held?.model, item?.fields], ['corp-data', 'Older', ['model']]);
  assert.ok(item?.repairedAt);
  assert.deepEqual((await found()).told, [], 'once is enough');
});

test('NIG holds another CPE: told, listed with both, and neither is touched; forgotten when they agree', async () => {
  const { id, lineId, cpe } = await updatedLine();
  const other = { ...cpe, ipAddress: '10.1.2.3', port: '0/1/9:9' };
  await holdInNig(lineId, other);
  const { told, counts } = await found();
  assert.deepEqual([told, counts?.drifted], [[`${lineId} nig ipAddress,port`], 1]);
  assert.deepEqual(await desk.nig.cpeOf(lineId), other);
  const { cpe: recorded } = (await (await operator.get(`/ticket/ctt/${id}`)).body) as { cpe: Cpe };
  assert.equal(recorded.ipAddress, cpe.ipAddress);
  const [first] = (await drift()).items.filter(({ repairedAt }) => repairedAt === null);
  assert.deepEqual([first?.serviceLineId, first?.ticket?.id, first?.held], [lineId, id, other]);
  await found();
  const [again] = (await drift()).items;
  assert.equal(again?.foundAt, first?.foundAt, 'it is known since then');
  await holdInNig(lineId, cpe);
  assert.deepEqual((await found()).told, []);
  assert.ok((await drift()).items.every(({ holder }) => holder !== 'nig'));
});

test('NIG lost a line that it accepted an update for; one that it was never told is no drift', async () => {
  const { lineId } = await updatedLine();
  await addTestLine(desk.db);
  const forgetful: Nig = {
    ...desk.deps.nig,
    cpeOf: async (id) => (id === lineId ? null : desk.deps.nig.cpeOf?.(id)),
  };
  assert.deepEqual((await found(forgetful)).told, [`${lineId} nig nothing`]);
});

test('an update under way, before or while NIG is asked, is no drift', async () => {
  const [unsettled, meanwhile] = [await updatedLine(), await updatedLine()];
  await sql(`update cpe_update set state = 'needs-attention' where service_line_id = '${unsettled.lineId}'`);
  await holdInNig(unsettled.lineId, { ...unsettled.cpe, model: 'Other' });
  const updating: Nig = {
    ...desk.deps.nig,
    async cpeOf(lineId) {
      const held = await desk.deps.nig.cpeOf?.(lineId);
      if (lineId !== meanwhile.lineId) return held;
      const body = await updateBody(operator, meanwhile.id, { ipAddress: '10.98.7.6' });
      assert.equal((await operator.post(`/ticket/ctt/cpe/update/${meanwhile.id}`, body)).status, 200);
      return desk.deps.nig.cpeOf?.(lineId);
    },
  };
  const { told, counts } = await found(updating);
  assert.deepEqual([told, counts?.skipped], [[], 2]);
  await sql(`update cpe_update set state = 'applied' where service_line_id = '${unsettled.lineId}'`);
  await holdInNig(unsettled.lineId, unsettled.cpe);
});

test('a NIG that does not answer stops the pass; the next one goes on where it was, and tells all', async () => {
  const { lineId, cpe } = await updatedLine();
  await holdInNig(lineId, { ...cpe, model: 'Other' });
  await desk.nig.stop();
  const silent = await found();
  await desk.nig.start();
  assert.equal(silent.end, 'NIG does not answer');
  assert.deepEqual([(await drift()).lastPass?.endedAt, (await drift()).lastPass?.compared], [null, 0]);
  assert.deepEqual((await found()).told, [`${lineId} nig model`]);
  await holdInNig(lineId, cpe);
});

test('a pass that was killed is taken over where it was when its lease is over, not before', async () => {
  const lines = [await updatedLine(), await updatedLine()];
  const [first = '', second = ''] = lines.map(({ lineId }) => lineId).sort();
  for (const { lineId, cpe } of lines) await holdInNig(lineId, { ...cpe, model: 'Other' });
  const by = crypto.randomUUID();
  await run(desk.db, openPass, [by, 60_000]);
  await run(desk.db, recordProgress, [by, by, 60_000, first, 7, 0, 0, 0, 0, false]);
  assert.equal((await found()).end, 'another instance works on it');
  await sql(`update reconciliation set leased_until = now() - interval '1 s' where ended_at is null`);
  const { told, counts } = await found();
  assert.ok(told.includes(`${second} nig model`) && !told.includes(`${first} nig model`), told.join());
  assert.ok((counts?.compared ?? 0) > 7, 'it counts on');
  for (const { lineId, cpe } of lines) await holdInNig(lineId, cpe);
});

test('two at once: one of them does it', async () => {
  const ends = (await Promise.all([found(), found()])).map(({ end }) => end).sort();
  // One may begin after the other has ended.
  assert.ok(
    ends.includes('done') && ends.every((end) => end === 'done' || end === 'another instance works on it'),
  );
});

test('a pass is due when none is open and the last one is long enough ago', async () => {
  const isDue = async (everyMs: number) => (await run(desk.db, selectPassDue, [everyMs]))[0]?.due;
  assert.deepEqual([await isDue(60_000), await isDue(0)], [false, true]);
  await sql(`update reconciliation set started_at = started_at - interval '1 hour'`);
  assert.deepEqual([await isDue(60_000), await isDue(2 * 3_600_000)], [true, false]);
});

test('supervisors and reviewers read the list, of their segment groups; the metrics count it', async () => {
  const { lineId, cpe } = await updatedLine();
  await holdInNig(lineId, { ...cpe, model: 'Other' });
  await found();
  assert.equal((await drift(await desk.as('demo-reviewer'))).items[0]?.serviceLineId, lineId);
  assertProblem(await operator.get('/ticket/ctt/cpe/drift'), 'forbidden');
  const caller = { id: 'x', name: 'X', roles: [], actions: [] };
  const seenBy = async (segmentGroup: SegmentGroup) =>
    (await listDrift(desk.db, { ...caller, segmentGroups: [segmentGroup] })).items.length;
  assert.ok((await seenBy('SME')) > 0);
  assert.equal(await seenBy('ENTERPRISE'), 0);
  const metrics = await (await fetch(`${desk.origin}/metrics`)).text();
  assert.match(metrics, /^cpe_desk_drift_lines 1$/m);
  assert.match(metrics, /^cpe_desk_reconciled_seconds_ago [\d.]+$/m);
  await holdInNig(lineId, cpe);
});

import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { type Cpe, driftListSchema, type SegmentGroup } from '@cpe-desk/contract';
import type { Nig } from '../../src/nig/nig.ts';
import { run, statement } from '../../src/platform/database/database.ts';
import { listDrift } from '../../src/reconciliation/list-drift.ts';
import { reconcile } from '../../src/reconciliation/reconcile.ts';
import {
  openReconciliation,
  recordReconciliationProgress,
  selectReconciliationDue,
} from '../../src/reconciliation/reconciliation.sql.ts';
import { assertProblem } from '../support/assert-problem.ts';
import { useDesk } from '../support/desk.ts';
import { assertSettled } from '../support/invariants.ts';
import { readMetrics } from '../support/read-metrics.ts';
import { addTestLine } from '../support/test-line.ts';
import { newAddress, prepareUpdate, readTicket, updateCpe } from '../support/updates.ts';

const desk = await useDesk();
const { operator, supervisor } = desk;
beforeEach(async () => {
  await reconcile(desk.deps);
});

const sql = (text: string) => run(desk.db, statement(`test-${text.slice(0, 50)}`, text), []);

/** A line whose CPE was updated through the desk, so that desk, NIG and corp data agree. */
const updatedLine = async () => {
  const { send, body, ...line } = await prepareUpdate(desk);
  assert.equal((await send()).status, 200);
  return { ...line, cpe: body.new };
};

const runPass = async (nig: Nig = desk.deps.nig) => {
  const found: string[] = [];
  const pass = await reconcile(
    { ...desk.deps, nig },
    {
      onDifference: ({ lineId, holder, difference: { fields, held } }) =>
        found.push(`${lineId} ${holder} ${held ? fields.join() : 'nothing'}`),
    },
  );
  return { found, ...pass };
};
const drift = async (client = supervisor) =>
  driftListSchema.parse((await client.get('/ticket/ctt/cpe/drift')).body);

test('a pass finds and writes nothing where desk, NIG and corp data agree', async () => {
  const { id } = await updatedLine();
  const { found, end, counts } = await runPass();
  assert.deepEqual([found, end], [[], 'done']);
  assert.deepEqual([counts?.repaired, counts?.drifted, counts?.unanswered], [0, 0, 0]);
  await assertSettled(desk, operator, id);
});

test('a stale or missing corp-data record is repaired from the CPE; its old values are listed', async () => {
  const [stale, missing, renamed] = [await updatedLine(), await updatedLine(), await updatedLine()];
  await sql(`update corp_data_temp set model = 'Older' where service_line_id = '${stale.lineId}'`);
  await sql(`delete from corp_data_temp where service_line_id = '${missing.lineId}'`);
  await sql(
    `update corp_data_temp set customer = 'Before' where service_line_id = '${renamed.lineId}'`,
  );
  const { found, counts } = await runPass();
  assert.deepEqual(
    found.sort(),
    [
      `${stale.lineId} corp-data model`,
      `${missing.lineId} corp-data nothing`,
      `${renamed.lineId} corp-data line`,
    ].sort(),
  );
  assert.equal(counts?.repaired, 3);
  for (const { id } of [stale, missing, renamed]) await assertSettled(desk, operator, id);
  const item = (await drift()).items.find(({ serviceLineId }) => serviceLineId === stale.lineId);
  assert.deepEqual(
    [item?.holder, item?.held?.model, item?.fields],
    ['corp-data', 'Older', ['model']],
  );
  assert.ok(item?.repairedAt);
  assert.deepEqual((await runPass()).found, [], 'a second pass finds nothing');
});

test('another CPE in NIG is listed with both values until they agree; nothing is changed', async () => {
  const { id, lineId, cpe } = await updatedLine();
  const other = { ...cpe, ipAddress: '10.1.2.3', port: '0/1/9:9' };
  await desk.nig.hold(lineId, other);
  const { found, counts } = await runPass();
  assert.deepEqual([found, counts?.drifted], [[`${lineId} nig ipAddress,port`], 1]);
  assert.deepEqual(await desk.nig.cpeOf(lineId), other);
  const { cpe: recorded } = (await (await operator.get(`/ticket/ctt/${id}`)).body) as { cpe: Cpe };
  assert.equal(recorded.ipAddress, cpe.ipAddress);
  const [first] = (await drift()).items.filter(({ repairedAt }) => repairedAt === null);
  assert.deepEqual([first?.serviceLineId, first?.ticket?.id, first?.held], [lineId, id, other]);
  assert.deepEqual((await readTicket(operator, id)).nigDrift?.held, other, 'seen on the ticket');
  await runPass();
  const [again] = (await drift()).items;
  assert.equal(again?.foundAt, first?.foundAt, 'the time of the first finding stays');
  await desk.nig.hold(lineId, cpe);
  assert.deepEqual((await runPass()).found, []);
  assert.ok((await drift()).items.every(({ holder }) => holder !== 'nig'));
});

test('a difference from before the last change of the CPE is not on the ticket', async () => {
  const { id, lineId, cpe } = await updatedLine();
  await desk.nig.hold(lineId, { ...cpe, port: '0/1/9:8' });
  await runPass();
  await updateCpe(operator, id);
  assert.equal((await readTicket(operator, id)).nigDrift, null);
});

test('what NIG does not say of a dual-stack CPE is no drift; another value and null are', async () => {
  const { id, lineId } = await updatedLine();
  const dual = { ipv6Address: '2a02:908:1::7', ipv6Prefix: '2a02:908:2::/48' };
  const { corpData } = await updateCpe(operator, id, dual);
  const { ipv6Address: _, ipv6Prefix: __, ...old } = corpData.cpe;
  await desk.nig.hold(lineId, old);
  assert.deepEqual((await runPass()).found, []);
  await desk.nig.hold(lineId, { ...old, ipv6Address: null, ipv6Prefix: dual.ipv6Prefix });
  assert.deepEqual((await runPass()).found, [`${lineId} nig ipv6Address`]);
  await desk.nig.hold(lineId, { ...corpData.cpe, ipv6Prefix: '2a02:908:3::/48' });
  assert.deepEqual((await runPass()).found, [`${lineId} nig ipv6Prefix`]);
  await desk.nig.hold(lineId, corpData.cpe);
  await sql(`update corp_data_temp set ipv6_prefix = null where service_line_id = '${lineId}'`);
  assert.deepEqual((await runPass()).found, [`${lineId} corp-data ipv6Prefix`]);
  await assertSettled(desk, operator, id);
});

test('a line that NIG lost is drift; a line that NIG never got is not', async () => {
  const { lineId } = await updatedLine();
  await addTestLine(desk.db);
  const forgetful: Nig = {
    ...desk.deps.nig,
    cpeOf: async (id) => (id === lineId ? null : desk.deps.nig.cpeOf(id)),
  };
  assert.deepEqual((await runPass(forgetful)).found, [`${lineId} nig nothing`]);
});

test('a line with an unsettled update, before or while NIG is asked, is not compared', async () => {
  const [unsettled, meanwhile] = [await updatedLine(), await updatedLine()];
  await sql(
    `update cpe_update set state = 'needs-attention' where service_line_id = '${unsettled.lineId}'`,
  );
  await desk.nig.hold(unsettled.lineId, { ...unsettled.cpe, model: 'Other' });
  const updating: Nig = {
    ...desk.deps.nig,
    async cpeOf(lineId) {
      const held = await desk.deps.nig.cpeOf(lineId);
      if (lineId !== meanwhile.lineId) return held;
      await updateCpe(operator, meanwhile.id, { ipAddress: newAddress() });
      return desk.deps.nig.cpeOf(lineId);
    },
  };
  const { found, counts } = await runPass(updating);
  assert.deepEqual([found, counts?.skipped], [[], 2]);
  await sql(
    `update cpe_update set state = 'applied' where service_line_id = '${unsettled.lineId}'`,
  );
  await desk.nig.hold(unsettled.lineId, unsettled.cpe);
});

test('a pass stops when NIG does not answer; the next pass continues it', async () => {
  const { lineId, cpe } = await updatedLine();
  await desk.nig.hold(lineId, { ...cpe, model: 'Other' });
  await desk.nig.stop();
  const silent = await runPass();
  await desk.nig.start();
  assert.equal(silent.end, 'NIG does not answer');
  assert.deepEqual(
    [(await drift()).lastPass?.endedAt, (await drift()).lastPass?.compared],
    [null, 0],
  );
  assert.deepEqual((await runPass()).found, [`${lineId} nig model`]);
  await desk.nig.hold(lineId, cpe);
});

test('a pass that was killed is continued when its lease has ended', async () => {
  const lines = [await updatedLine(), await updatedLine()];
  const [first = '', second = ''] = lines.map(({ lineId }) => lineId).sort();
  for (const { lineId, cpe } of lines) await desk.nig.hold(lineId, { ...cpe, model: 'Other' });
  const by = crypto.randomUUID();
  await run(desk.db, openReconciliation, [by, 60_000]);
  await run(desk.db, recordReconciliationProgress, [by, by, 60_000, first, 7, 0, 0, 0, 0, false]);
  assert.equal((await runPass()).end, 'another instance works on it');
  await sql(
    `update reconciliation set leased_until = now() - interval '1 s' where ended_at is null`,
  );
  const { found, counts } = await runPass();
  assert.ok(
    found.includes(`${second} nig model`) && !found.includes(`${first} nig model`),
    found.join(),
  );
  assert.ok((counts?.compared ?? 0) > 7, 'the counts continue');
  for (const { lineId, cpe } of lines) await desk.nig.hold(lineId, cpe);
});

test('of two passes at the same time one runs', async () => {
  const ends = (await Promise.all([runPass(), runPass()])).map(({ end }) => end).sort();
  // One may begin after the other has ended.
  assert.ok(
    ends.includes('done') &&
      ends.every((end) => end === 'done' || end === 'another instance works on it'),
  );
});

test('a pass is due when none is open and the last one began long enough ago', async () => {
  const isDue = async (everyMs: number) =>
    (await run(desk.db, selectReconciliationDue, [everyMs]))[0]?.due;
  assert.deepEqual([await isDue(60_000), await isDue(0)], [false, true]);
  await sql(`update reconciliation set started_at = started_at - interval '1 hour'`);
  assert.deepEqual([await isDue(60_000), await isDue(2 * 3_600_000)], [true, false]);
});

test('supervisors and reviewers read the list of their segment groups; the metrics count it', async () => {
  const { lineId, cpe } = await updatedLine();
  await desk.nig.hold(lineId, { ...cpe, model: 'Other' });
  await runPass();
  assert.equal((await drift(desk.reviewer)).items[0]?.serviceLineId, lineId);
  assertProblem(await operator.get('/ticket/ctt/cpe/drift'), 'forbidden');
  const caller = { id: 'x', name: 'X', roles: [], actions: [] };
  const seenBy = async (segmentGroup: SegmentGroup) =>
    (await listDrift(desk.db, { ...caller, segmentGroups: [segmentGroup] })).items.length;
  assert.ok((await seenBy('SME')) > 0);
  assert.equal(await seenBy('ENTERPRISE'), 0);
  const metrics = await readMetrics(desk);
  assert.match(metrics, /^cpe_desk_drift_lines 1$/m);
  assert.match(metrics, /^cpe_desk_reconciled_seconds_ago [\d.]+$/m);
  await desk.nig.hold(lineId, cpe);
});

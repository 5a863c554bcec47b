import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bulkSchema, chainVerdictSchema } from '@cpe-desk/contract';
import { assertProblem } from '../support/assert-problem.ts';
import {
  addCheckedBulk,
  addLines,
  callerOf,
  postBulk,
  rowsOf,
  startBulk,
  waitForBulk,
} from '../support/checked-bulk.ts';
import { startTestDesk, useDesk } from '../support/desk.ts';
import { assertSettled } from '../support/invariants.ts';
import { until } from '../support/until.ts';
import {
  countSends,
  newAddress,
  readHistory,
  readTicket,
  readUpdate,
  updateCpe,
} from '../support/updates.ts';

const desk = await useDesk({ nigTimeoutMs: 1500 });
const { supervisor, operator } = desk;

const statesOf = (rows: readonly { state: string }[]): string[] => rows.map(({ state }) => state);

test('a bulk runs what was checked: each row one update, with its history', async () => {
  const bulk = await addCheckedBulk(desk, await addLines(desk, 40));
  const single = (await addLines(desk, 1))[0];
  assert.ok(single);
  await updateCpe(operator, single.id, { ipAddress: newAddress() });
  const wrong = await postBulk(supervisor, bulk, 'start', { checkHash: 'other' });
  assert.equal(assertProblem(wrong, 'check-changed').checkHash, bulk.checkHash);
  assert.deepEqual(statesOf(await rowsOf(desk, bulk)), Array(40).fill('waiting'));
  const { checkHash } = bulk;
  assertProblem(await postBulk(operator, bulk, 'start', { checkHash }), 'forbidden');
  const started = await startBulk(supervisor, bulk);
  assert.equal(started.settings?.brakes.refusalsInARow, 20);
  const counts = await waitForBulk(desk, bulk, 'finished');
  assert.deepEqual([counts.applied, counts.waiting, counts.rows], [40, 0, 40]);
  assert.equal((await startBulk(supervisor, bulk)).state, 'finished', 'a repeated start');
  assertProblem(await postBulk(supervisor, bulk, 'pause'), 'wrong-bulk-state');
  const person = await callerOf(supervisor);
  for (const [n, { id, lineId }] of bulk.lines.entries()) {
    assert.equal(await countSends(desk.nig, lineId), 1);
    const [entry] = await readHistory(operator, id);
    assert.deepEqual(entry?.bulk, { id: bulk.id, row: n + 1, name: 'file of 40' });
    assert.equal(entry?.actor.id, person.id);
    assert.equal(entry?.after.ipAddress, bulk.wanted[n]?.ipAddress);
  }
  const row = (await rowsOf(desk, bulk))[0];
  assert.equal((await readUpdate(operator, row?.update_id)).bulk?.row, 1);
  await assertSettled(desk, operator, bulk.lines[0]?.id ?? '');
  const verdict = await desk.reviewer.get(`/ticket/ctt/cpe/history/${bulk.lines[0]?.id}/verify`);
  assert.equal(chainVerdictSchema.parse(verdict.body).isIntact, true);
  const [plain] = await readHistory(operator, single.id);
  assert.ok(plain && !('bulk' in plain), 'absent, not null');
});

test('a changed line, a taken value and a closed ticket are refused; their neighbours run', async () => {
  const lines = await addLines(desk, 6);
  const bulk = await addCheckedBulk(desk, lines);
  const [stale, taken] = lines;
  assert.ok(stale && taken);
  await updateCpe(operator, stale.id, { ipAddress: newAddress() });
  const [holder] = await addLines(desk, 1);
  await updateCpe(operator, holder?.id ?? '', { ipAddress: bulk.wanted[1]?.ipAddress });
  await startBulk(supervisor, bulk);
  await waitForBulk(desk, bulk, 'finished');
  const rows = await rowsOf(desk, bulk);
  assert.deepEqual(
    rows.map(({ code }) => code),
    ['stale-cpe', 'value-in-use', null, null, null, null],
  );
  assert.deepEqual(statesOf(rows.slice(2)), Array(4).fill('applied'));
  assert.equal(await countSends(desk.nig, stale.lineId), 1, 'only the single update');
});

test('refusals in a row pause the bulk; a resumption counts from zero', async () => {
  const bulk = await addCheckedBulk(desk, await addLines(desk, 150));
  await desk.nig.setFaults({ mode: 'reject' });
  await startBulk(supervisor, bulk, { ratePerSecond: 40, brakes: { refusalsInARow: 3 } });
  const counts = await waitForBulk(desk, bulk, 'paused');
  assert.ok(counts.refused >= 3 && counts.waiting > 0, JSON.stringify(counts));
  await until('the recorded rows are settled', async () =>
    (await rowsOf(desk, bulk)).every(({ state }) => state !== 'sending'),
  );
  await desk.nig.setFaults();
  const sends = await countSends(desk.nig);
  const paused = bulkSchema.parse((await postBulk(supervisor, bulk, 'pause')).body);
  assert.equal(paused.pause?.reason, 'refusals-in-a-row');
  assert.equal(paused.pause?.by, null);
  assert.equal(await countSends(desk.nig), sends);
  const resumed = await postBulk(supervisor, bulk, 'resume');
  assert.equal(resumed.status, 200);
  const cancelled = await postBulk(supervisor, bulk, 'cancel', { reason: 'enough' });
  assert.equal(bulkSchema.parse(cancelled.body).state, 'cancelled');
  await until('no row is unsettled', async () =>
    (await rowsOf(desk, bulk)).every(({ state }) => !['sending', 'waiting'].includes(state)),
  );
});

test('once a pause is answered, none of three instances sends another row', async () => {
  await using second = await startTestDesk({ beside: desk });
  await using third = await startTestDesk({ beside: desk });
  const bulk = await addCheckedBulk(desk, await addLines(desk, 400));
  await desk.nig.setFaults({ latencyMs: 5 });
  await startBulk(supervisor, bulk);
  await until('some rows are applied', async () =>
    (await rowsOf(desk, bulk)).some(({ state }) => state === 'applied'),
  );
  const answer = bulkSchema.parse((await postBulk(second.supervisor, bulk, 'pause')).body);
  assert.equal(answer.state, 'paused');
  const recorded = new Set(
    (await rowsOf(desk, bulk)).filter(({ attempt }) => attempt > 0).map(({ row }) => row),
  );
  await until('the recorded rows are settled', async () =>
    (await rowsOf(desk, bulk)).every(({ state }) => state !== 'sending'),
  );
  const later = (await rowsOf(desk, bulk)).filter(({ attempt }) => attempt > 0);
  assert.deepEqual(
    later.filter(({ row }) => !recorded.has(row)),
    [],
  );
  assert.ok(recorded.size < 400, 'the pause came in between');
  await postBulk(third.supervisor, bulk, 'resume');
  const counts = await waitForBulk(desk, bulk, 'finished');
  assert.equal(counts.applied, 400);
  const accepted = (await desk.nig.accepted()).map(({ serviceLineId }) => serviceLineId);
  const ofBulk = new Set(bulk.lines.map(({ lineId }) => lineId));
  assert.equal(accepted.filter((lineId) => ofBulk.has(lineId)).length, 400);
});

test('the rate holds over all instances', async () => {
  await using _second = await startTestDesk({ beside: desk });
  const bulk = await addCheckedBulk(desk, await addLines(desk, 60));
  await startBulk(supervisor, bulk, { ratePerSecond: 20 });
  await waitForBulk(desk, bulk, 'finished');
  const ofBulk = new Set(bulk.lines.map(({ lineId }) => lineId));
  const updates = await Promise.all(
    (await rowsOf(desk, bulk)).map(({ update_id }) => readUpdate(operator, update_id)),
  );
  assert.equal(ofBulk.size, updates.length);
  const sent = updates
    .map(({ attempts }) => Date.parse(attempts[0]?.at ?? ''))
    .sort((a, b) => a - b);
  // A late timer delays a row and never sends one early: any 40 rows take nearly two seconds.
  for (const [n, at] of sent.entries()) {
    const next = sent[n + 39];
    if (next !== undefined) assert.ok(next - at >= 1400, `rows ${n} to ${n + 39}: ${next - at} ms`);
  }
});

test('a bulk outside of its window waits; after the window it pauses', async () => {
  const bulk = await addCheckedBulk(desk, await addLines(desk, 3));
  const at = (ms: number) => new Date(Date.now() + ms).toISOString();
  const past = { notBefore: null, notAfter: at(-1000) };
  const refused = await postBulk(supervisor, bulk, 'start', {
    checkHash: bulk.checkHash,
    settings: { window: past },
  });
  assertProblem(refused, 'malformed-request');
  const window = { notBefore: at(600), notAfter: at(3_600_000) };
  await startBulk(supervisor, bulk, { window });
  assert.deepEqual(statesOf(await rowsOf(desk, bulk)), Array(3).fill('waiting'));
  await waitForBulk(desk, bulk, 'finished');
  for (const { update_id } of await rowsOf(desk, bulk))
    assert.ok((await readUpdate(operator, update_id)).requestedAt >= window.notBefore);
});

test('a row of unknown outcome follows its update, and the bulk finishes only then', async () => {
  const bulk = await addCheckedBulk(desk, await addLines(desk, 2));
  await desk.nig.setFaults({ mode: 'drop-after-apply', lookup: false });
  await startBulk(supervisor, bulk);
  await until('the outcomes are unknown', async () =>
    statesOf(await rowsOf(desk, bulk)).every((state) => state === 'unknown'),
  );
  await desk.nig.setFaults();
  const counts = await waitForBulk(desk, bulk, 'finished');
  assert.equal(counts.applied, 2);
  for (const [n, { id }] of bulk.lines.entries())
    assert.equal((await readTicket(operator, id)).cpe?.ipAddress, bulk.wanted[n]?.ipAddress);
});

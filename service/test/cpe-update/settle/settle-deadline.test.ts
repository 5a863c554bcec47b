import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CpeUpdateState } from '@cpe-desk/contract';
import { attentionListSchema, cpeUpdateSchema } from '@cpe-desk/contract';
import { settleDueUpdates } from '../../../src/cpe-update/settle/settle-updates.ts';
import { leaveAccepted } from '../../../src/cpe-update/settle-as.ts';
import { one, run, statement } from '../../../src/platform/database/database.ts';
import { assertProblem, errorsOf } from '../../support/assert-problem.ts';
import { type TestDeskOptions, useDesk } from '../../support/desk.ts';
import { holdLock, someoneWaits } from '../../support/hold-lock.ts';
import { assertSettled } from '../../support/invariants.ts';
import { prepareRefusals, refuseWrites } from '../../support/refuse-writes.ts';
import { until } from '../../support/until.ts';
import { countSends, prepareUpdate, readUpdate, waitForState } from '../../support/updates.ts';

/*
 * An update that cannot be settled needs a person after the deadline. What NIG accepted is never
 * rejected.
 */

/** A desk and an update of a new line; its outcome is unknown once it is sent. */
const withLine = async (options: TestDeskOptions = {}) => {
  const desk = await useDesk({ nigTimeoutMs: 300, settleDeadlineMs: 500, ...options });
  const { operator, supervisor } = desk;
  const { id, lineId, body, send: post } = await prepareUpdate(desk);
  const send = async () => String(assertProblem(await post(), 'nig-outcome-unknown').updateId);
  const look = (updateId: string) => readUpdate(operator, updateId);
  const reaches = (updateId: string, state: CpeUpdateState) =>
    waitForState(operator, updateId, state);
  const settle = (updateId: string, request: object) =>
    supervisor.post(`/ticket/ctt/cpe/updates/${updateId}/settle`, request);
  return { desk, operator, supervisor, id, lineId, body, post, send, look, reaches, settle };
};

const rejected = { outcome: 'rejected', reason: 'it looked wrong' };

test('an accepted update whose every local write fails needs a person', async () => {
  const { desk, operator, supervisor, id, lineId, body, send, look, reaches, settle } =
    await withLine();
  await prepareRefusals(desk.db);
  const mend = await refuseWrites(desk.db, lineId);
  const updateId = await send();
  const { attention, nig } = await reaches(updateId, 'needs-attention');
  assert.match(attention?.reason ?? '', /the test refuses to write line/);
  assert.deepEqual([attention?.holds, attention?.cpe], ['after', body.new]);
  const list = attentionListSchema.parse((await supervisor.get('/ticket/ctt/cpe/attention')).body);
  assert.deepEqual(list.items.find((item) => item.updateId === updateId)?.attention, attention);

  const refusal = assertProblem(await settle(updateId, rejected), 'not-settleable');
  assert.match(
    String(refusal.detail),
    /NIG accepted the update as NIG-.* settle it as accepted.* revert it/,
  );
  const other = { outcome: 'accepted', nigReference: 'MINE-1', reason: 'r' };
  assert.deepEqual(errorsOf(assertProblem(await settle(updateId, other), 'malformed-request')), [
    '/nigReference not-the-reference',
  ]);

  const accepted = { ...other, nigReference: nig.reference };
  const answer = await settle(updateId, accepted);
  assert.equal(answer.status, 200, 'the decision is stored although the local write fails');
  const judged = cpeUpdateSchema.parse(answer.body);
  assert.deepEqual([judged.state, judged.settlement?.by.name], ['accepted', 'Sofia Supervisor']);
  assert.equal((await look(updateId)).state, 'accepted');
  await mend();
  await reaches(updateId, 'applied');
  assert.deepEqual(await assertSettled(desk, operator, id), body.new);
});

test('a recorded update that fails at each look-up needs a person', async () => {
  const { desk, send, reaches, settle } = await withLine({ isSettling: false });
  await desk.nig.setFaults({ mode: 'drop-after-apply' });
  const updateId = await send();
  await run(desk.db, backToRecorded, [updateId]);
  const beside = await useDesk({ beside: desk, nigTimeoutMs: 300, isSettling: false });
  // The database cannot store this reference.
  beside.deps.nig.lookUp = async () => ({ outcome: 'accepted', reference: 'a\u0000b' });
  await until('the update needs a person', async () => {
    await run(desk.db, makeDue, [updateId]);
    await settleDueUpdates(beside.deps);
    return (await one(desk.db, selectState, [updateId])).state === 'needs-attention';
  });
  const { attention, attempts } = await reaches(updateId, 'needs-attention');
  assert.match(attention?.reason ?? '', /^The desk cannot settle the update: /);
  assert.equal(attempts.at(-1)?.outcome, 'accepted');
  assertProblem(await settle(updateId, rejected), 'not-settleable');
});

test('when NIG does not give the outcome, the reason has its last answer', async () => {
  const { desk, send, reaches } = await withLine();
  await desk.nig.setFaults({ mode: 'drop-after-apply', lookup: false });
  const { attention } = await reaches(await send(), 'needs-attention');
  assert.match(attention?.reason ?? '', /^NIG did not give the outcome in time: NIG answered 501/);
  assert.equal(attention?.holds, 'unknown');
});

test('an acceptance that arrives while the update needs a person is kept', async () => {
  const { desk, send, look, reaches, settle } = await withLine();
  await desk.nig.setFaults({ mode: 'drop-before-apply', lookup: false });
  const updateId = await send();
  await reaches(updateId, 'needs-attention');
  const at = new Date().toISOString();
  const attempt = {
    call: 'send',
    at,
    ms: 1,
    outcome: 'accepted',
    detail: 'NIG-LATE',
    ...{ status: 201, rule: 'accepted', unmatched: null },
  } as const;
  await leaveAccepted(desk.deps, updateId, 'NIG-LATE', 0, attempt);
  const { state, nig } = await look(updateId);
  assert.deepEqual([state, nig.reference], ['needs-attention', 'NIG-LATE']);
  assertProblem(await settle(updateId, rejected), 'not-settleable');
  await settle(updateId, {
    outcome: 'accepted',
    nigReference: 'NIG-LATE',
    reason: 'NIG said so late',
  });
  assert.equal((await look(updateId)).state, 'applied');
});

test('a rejection is refused when NIG now says that it accepted', async () => {
  const { desk, send, look, reaches, settle } = await withLine();
  await desk.nig.setFaults({ mode: 'drop-after-apply', lookup: false });
  const updateId = await send();
  await reaches(updateId, 'needs-attention');
  await desk.nig.setFaults();
  assertProblem(await settle(updateId, rejected), 'not-settleable');
  const { state, nig } = await look(updateId);
  assert.equal(state, 'needs-attention');
  assert.match(nig.reference ?? '', /^NIG-/);
});

test('an acceptance that NIG reports to a person is kept: a later rejection is refused', async () => {
  const { desk, supervisor, send, reaches, settle } = await withLine();
  await desk.nig.setFaults({ mode: 'drop-after-apply', lookup: false });
  const updateId = await send();
  await reaches(updateId, 'needs-attention');
  await desk.nig.setFaults();
  assert.equal((await supervisor.get(`/ticket/ctt/cpe/updates/${updateId}/nig`)).status, 200);
  await desk.nig.setFaults({ lookup: false });
  assertProblem(await settle(updateId, rejected), 'not-settleable');
});

test('NIG’s only answer is kept until the database can record it', async () => {
  const { desk, operator, id, body, post, reaches } = await withLine({
    canLookUp: false,
    settleDeadlineMs: 20_000,
  });
  await desk.nig.setFaults({ latencyMs: 200 });
  const sent = post();
  await until('NIG has it', async () => (await countSends(desk.nig)) > 0);
  const lock = await holdLock(desk.db, 'lock table cpe_update');
  await until(
    'the local write was cancelled',
    async () => (await run(desk.db, endWaiting, [])).length > 0,
  );
  // Recording the answer waits for the lock and fails.
  const updateId = String(assertProblem(await sent, 'nig-outcome-unknown').updateId);
  await lock.release();
  await reaches(updateId, 'applied');
  assert.deepEqual(await assertSettled(desk, operator, id), body.new);
});

test('a settlement has the time of its write, not of the wait for a lock before it', async () => {
  const { desk, send, reaches, settle } = await withLine();
  await desk.nig.setFaults({ mode: 'drop-before-apply', lookup: false });
  const updateId = await send();
  await reaches(updateId, 'needs-attention');
  const lock = await holdLock(desk.db, 'select from cpe_update where id = $1 for update', [
    updateId,
  ]);
  const settling = settle(updateId, rejected);
  await someoneWaits(desk.db);
  const { at } = await one(desk.db, selectClock, []);
  await lock.release();
  const update = cpeUpdateSchema.parse((await settling).body);
  assert.ok(Date.parse(update.settledAt ?? '') >= at.getTime(), 'settledAt');
  assert.ok(Date.parse(update.settlement?.at ?? '') >= at.getTime(), 'settlement.at');
});

const selectClock = statement<{ at: Date }>(
  'test-select-clock',
  "select date_trunc('milliseconds', clock_timestamp()) as at",
);
const selectState = statement<{ state: string }, [id: string]>(
  'test-select-state',
  'select state from cpe_update where id = $1',
);
const backToRecorded = statement<never, [id: string]>(
  'test-back-to-recorded',
  "update cpe_update set state = 'recorded', attempts = '[]' where id = $1",
);
const makeDue = statement<never, [id: string]>(
  'test-make-due',
  'update cpe_update set ask_at = now() where id = $1',
);
const endWaiting = statement<{ ended: boolean }>(
  'test-end-waiting-writes',
  `select pg_terminate_backend(pid) as ended from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock' and query like '%w(update_id, %'`,
);

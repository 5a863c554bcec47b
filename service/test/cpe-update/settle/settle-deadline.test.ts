import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { attentionListSchema, cpeUpdateSchema } from '@cpe-desk/contract';
import { settleDueUpdates } from '../../../src/cpe-update/settle/settle-updates.ts';
import { leaveAccepted } from '../../../src/cpe-update/settle-as.ts';
import { one, run, statement } from '../../../src/platform/database/database.ts';
import { assertProblem, errorsOf } from '../../support/assert-problem.ts';
import { holdLock, someoneWaits } from '../../support/hold-lock.ts';
import { assertSettled } from '../../support/invariants.ts';
import { prepareRefusals, refuseWrites } from '../../support/refuse-writes.ts';
import { startTestDesk, type TestDesk, type TestDeskOptions, updateBody } from '../../support/test-desk.ts';
import { addTestLine } from '../../support/test-line.ts';
import { until } from '../../support/until.ts';

/* What cannot be settled reaches a person after the deadline, and what NIG accepted is never rejected. */

const open: TestDesk[] = [];
afterEach(async () => {
  for (const desk of open.splice(0).reverse()) await desk[Symbol.asyncDispose]();
});

let addresses = 0;

/** A desk with an operator, a supervisor and a line. */
const withLine = async (options: TestDeskOptions = {}) => {
  const desk = await startTestDesk({ nigTimeoutMs: 300, settleDeadlineMs: 500, ...options });
  open.push(desk);
  const [operator, supervisor] = [await desk.as('demo-operator'), await desk.as('demo-supervisor')];
  const { id, lineId } = await addTestLine(desk.db);
  const body = await updateBody(operator, id, { ipAddress: `10.88.0.${++addresses}` });
  const send = async () =>
    String(
      assertProblem(await operator.post(`/ticket/ctt/cpe/update/${id}`, body), 'nig-outcome-unknown')
        .updateId,
    );
  const look = async (updateId: string) =>
    cpeUpdateSchema.parse((await operator.get(`/ticket/ctt/cpe/updates/${updateId}`)).body);
  const reaches = (updateId: string, state: string) =>
    until(`${updateId} is ${state}`, async () => {
      const update = await look(updateId);
      return update.state === state && update;
    });
  const settle = (updateId: string, request: object) =>
    supervisor.post(`/ticket/ctt/cpe/updates/${updateId}/settle`, request);
  return { desk, operator, supervisor, id, lineId, body, send, look, reaches, settle };
};

const rejected = { outcome: 'rejected', reason: 'it looked wrong' };

test('NIG accepted and every local write fails: a person gets it, with the reason and what NIG holds', async () => {
  const { desk, operator, supervisor, id, lineId, body, send, look, reaches, settle } = await withLine();
  await prepareRefusals(desk.db);
  const mend = await refuseWrites(desk.db, lineId);
  const updateId = await send();
  const { attention, nig } = await reaches(updateId, 'needs-attention');
  assert.match(attention?.reason ?? '', /the test refuses to write line/);
  assert.deepEqual([attention?.holds, attention?.cpe], ['after', body.new]);
  const list = attentionListSchema.parse((await supervisor.get('/ticket/ctt/cpe/attention')).body);
  assert.deepEqual(list.items.find((item) => item.updateId === updateId)?.attention, attention);

  const refusal = assertProblem(await settle(updateId, rejected), 'not-settleable');
  assert.match(String(refusal.detail), /NIG accepted the update as NIG-.* settle it as accepted.* revert it/);
  const other = { outcome: 'accepted', nigReference: 'MINE-1', reason: 'r' };
  assert.deepEqual(errorsOf(assertProblem(await settle(updateId, other), 'malformed-request')), [
    '/nigReference not-the-reference',
  ]);

  const accepted = { ...other, nigReference: nig.reference };
  const answer = await settle(updateId, accepted);
  assert.equal(answer.status, 200, 'the decision is stored, whatever the local write says');
  const judged = cpeUpdateSchema.parse(answer.body);
  assert.deepEqual([judged.state, judged.settlement?.by.name], ['accepted', 'Sofia Supervisor']);
  assert.equal((await look(updateId)).state, 'accepted');
  await mend();
  await reaches(updateId, 'applied');
  assert.deepEqual(await assertSettled(desk, operator, id), body.new);
});

test('an error at each look at a recorded update: a person gets it, and nobody rejects what NIG took', async () => {
  const { desk, send, reaches, settle } = await withLine({ isSettling: false });
  await desk.nig.setFaults({ mode: 'drop-after-apply' });
  const updateId = await send();
  await run(desk.db, backToRecorded, [updateId]);
  const beside = await startTestDesk({ beside: desk, nigTimeoutMs: 300, isSettling: false });
  open.push(beside);
  // A reference that the database cannot hold.
  beside.deps.nig.lookUp = async () => ({ outcome: 'accepted', reference: 'a\u0000b' });
  await until('it is handed over', async () => {
    await run(desk.db, makeDue, [updateId]);
    await settleDueUpdates(beside.deps);
    return (await one(desk.db, selectState, [updateId])).state === 'needs-attention';
  });
  const { attention, attempts } = await reaches(updateId, 'needs-attention');
  assert.match(attention?.reason ?? '', /^The desk cannot settle the update: /);
  assert.equal(attempts.at(-1)?.outcome, 'accepted');
  assertProblem(await settle(updateId, rejected), 'not-settleable');
});

test('NIG does not say: the reason tells what it answered last', async () => {
  const { desk, send, reaches } = await withLine();
  await desk.nig.setFaults({ mode: 'drop-after-apply', lookup: false });
  const { attention } = await reaches(await send(), 'needs-attention');
  assert.match(attention?.reason ?? '', /^NIG did not give the outcome in time: NIG answered 501/);
  assert.equal(attention?.holds, 'unknown');
});

test('an acceptance that arrives while the update needs a person is kept, and rejecting is refused', async () => {
  const { desk, send, look, reaches, settle } = await withLine();
  await desk.nig.setFaults({ mode: 'drop-before-apply', lookup: false });
  const updateId = await send();
  await reaches(updateId, 'needs-attention');
  const at = new Date().toISOString();
  const attempt = { call: 'send', at, ms: 1, outcome: 'accepted', detail: 'NIG-LATE' } as const;
  await leaveAccepted(desk.deps, updateId, 'NIG-LATE', 0, attempt);
  const { state, nig } = await look(updateId);
  assert.deepEqual([state, nig.reference], ['needs-attention', 'NIG-LATE']);
  assertProblem(await settle(updateId, rejected), 'not-settleable');
  await settle(updateId, { outcome: 'accepted', nigReference: 'NIG-LATE', reason: 'NIG said so late' });
  assert.equal((await look(updateId)).state, 'applied');
});

test('whoever rejects in NIG’s place is refused when NIG says now that it accepted', async () => {
  const { desk, send, look, reaches, settle } = await withLine();
  await desk.nig.setFaults({ mode: 'drop-after-apply', lookup: false });
  const updateId = await send();
  await reaches(updateId, 'needs-attention');
  await desk.nig.setFaults({ mode: 'none' });
  assertProblem(await settle(updateId, rejected), 'not-settleable');
  const { state, nig } = await look(updateId);
  assert.equal(state, 'needs-attention');
  assert.match(nig.reference ?? '', /^NIG-/);
});

test('what NIG says when a person asks is kept: nobody rejects it afterwards', async () => {
  const { desk, supervisor, send, reaches, settle } = await withLine();
  await desk.nig.setFaults({ mode: 'drop-after-apply', lookup: false });
  const updateId = await send();
  await reaches(updateId, 'needs-attention');
  await desk.nig.setFaults({ mode: 'none' });
  assert.equal((await supervisor.get(`/ticket/ctt/cpe/updates/${updateId}/nig`)).status, 200);
  await desk.nig.setFaults({ mode: 'none', lookup: false });
  assertProblem(await settle(updateId, rejected), 'not-settleable');
});

test('the database takes nothing when NIG’s only answer comes: it is kept until it can be noted', async () => {
  const { desk, operator, id, body, reaches } = await withLine({
    canLookUp: false,
    settleDeadlineMs: 20_000,
  });
  await desk.nig.setFaults({ mode: 'none', latencyMs: 200 });
  const sent = operator.post(`/ticket/ctt/cpe/update/${id}`, body);
  await until('NIG has it', async () => (await desk.nig.log()).some(({ method }) => method === 'PUT'));
  const lock = await holdLock(desk.db, 'lock table cpe_update');
  await until('the local write was broken off', async () => (await run(desk.db, endWaiting, [])).length > 0);
  // Noting waits for the lock in vain.
  const updateId = String(assertProblem(await sent, 'nig-outcome-unknown').updateId);
  await lock.release();
  await reaches(updateId, 'applied');
  assert.deepEqual(await assertSettled(desk, operator, id), body.new);
});

test('times are those of the write, not of the wait for a lock before it', async () => {
  const { desk, send, reaches, settle } = await withLine();
  await desk.nig.setFaults({ mode: 'drop-before-apply', lookup: false });
  const updateId = await send();
  await reaches(updateId, 'needs-attention');
  const lock = await holdLock(desk.db, 'select from cpe_update where id = $1 for update', [updateId]);
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
    where datname = current_database() and wait_event_type = 'Lock' and query like '%cpe_history%'`,
);

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sendToNig } from '../../src/cpe-update/4-send.ts';
import { assertProblem } from '../support/assert-problem.ts';
import { startTestDesk, useDesk } from '../support/desk.ts';
import { assertSettled } from '../support/invariants.ts';
import { addTestLine } from '../support/test-line.ts';
import { until } from '../support/until.ts';
import {
  countSends,
  prepareUpdate,
  readHistory,
  readTicket,
  readUpdate,
  sendUpdate,
  updateBody,
  updateCpe,
} from '../support/updates.ts';
import { recordUpdate } from './record-update.ts';

const desk = await useDesk({ nigTimeoutMs: 400, isSettling: false });
const { operator } = desk;

const updateOf = (updateId: unknown) => readUpdate(operator, updateId);

test('NIG’s refusal has its code and text, changes nothing and frees the claims', async () => {
  const { id, body, send } = await prepareUpdate(desk);
  await desk.nig.setFaults({ mode: 'reject' });
  const refused = assertProblem(await send(), 'nig-rejected');
  assert.deepEqual(refused.nig, {
    code: 'NIG-4001',
    message: 'NIG refuses this update (fault "reject" is switched on in the simulator)',
  });
  assert.deepEqual(await assertSettled(desk, operator, id), body.current);
  const update = await updateOf(refused.updateId);
  assert.equal(update.state, 'rejected');
  assert.equal(update.nig.code, 'NIG-4001');
  assert.ok(update.settledAt);
  await desk.nig.setFaults();
  assert.equal((await send()).status, 200);
  assert.deepEqual(await assertSettled(desk, operator, id), body.new);
});

test('while NIG cannot be reached nothing changes, and the answer says when to retry', async () => {
  const { id, body, send } = await prepareUpdate(desk);
  await desk.nig.stop();
  const answer = await send();
  assertProblem(answer, 'nig-unavailable');
  assert.match(answer.headers.get('retry-after') ?? '', /^[1-9]\d*$/);
  await desk.nig.start();
  assert.deepEqual(await assertSettled(desk, operator, id), body.current);
  assert.equal((await send()).status, 200);
});

for (const mode of [
  ...['error', 'hang', 'drop-before-apply', 'drop-after-apply', 'malformed'],
  ...['html-404', 'trickle', 'redirect', 'other-update', 'broken-connection'],
])
  test(`after NIG's fault "${mode}" the outcome is unknown, and every route says so`, async () => {
    const { id, body, send } = await prepareUpdate(desk);
    await desk.nig.setFaults({ mode });
    const answer = await send();
    const { updateId } = assertProblem(answer, 'nig-outcome-unknown');
    assert.equal(answer.headers.get('location'), `/ticket/ctt/cpe/updates/${updateId}`);
    assert.equal((await updateOf(updateId)).state, 'unknown');
    const ticket = await readTicket(operator, id);
    assert.deepEqual(
      [ticket.cpe, ticket.corpData?.cpe],
      [{ ...body.current, version: 1 }, body.current],
    );
    assert.deepEqual(
      { ...ticket.unsettledUpdate, since: '' },
      { updateId, state: 'unknown', since: '', by: 'Olivia Operator' },
    );
    assert.deepEqual(await readHistory(operator, id), []);
    assert.equal(assertProblem(await send(), 'update-in-progress').updateId, updateId);
    const rival = await addTestLine(desk.db);
    const wish = await updateBody(operator, rival.id, { ipAddress: body.new.ipAddress });
    assertProblem(await operator.post(`/ticket/ctt/cpe/preview/${rival.id}`, wish), 'value-in-use');
  });

test('an update is shown only to callers of its segment group', async () => {
  const { id } = await addTestLine(desk.db, { segmentGroup: 'ENTERPRISE' });
  const { updateId } = await updateCpe(operator, id);
  assert.equal((await updateOf(updateId)).state, 'applied');
  const sme = desk.as('demo-operator-sme');
  assertProblem(await sme.get(`/ticket/ctt/cpe/updates/${updateId}`), 'not-found');
});

test('after repeated failures of NIG updates are refused at once, and reading works', async () => {
  await using guarded = await startTestDesk({
    nigTimeoutMs: 200,
    // Longer than a loaded machine needs for the assertions while the circuit is open.
    protection: { failures: 2, retryAfterMs: 3000, concurrency: 8 },
  });
  const client = guarded.operator;
  const isAvailable = async (id: string) => (await readTicket(client, id)).nig.isAvailable;
  const sendFor = async (id: string) => sendUpdate(client, id);
  await guarded.nig.setFaults({ mode: 'error' });
  for (let n = 0; n < 2; n++)
    assertProblem(await sendFor((await addTestLine(guarded.db)).id), 'nig-outcome-unknown');
  const { id, lineId } = await addTestLine(guarded.db);
  assert.equal(await isAvailable(id), false);
  const refused = await sendFor(id);
  assertProblem(refused, 'nig-unavailable');
  assert.ok(refused.headers.get('retry-after'));
  assert.equal(await countSends(guarded.nig), 2);
  assert.equal(await countSends(guarded.nig, lineId), 0);
  assert.equal((await fetch(`${guarded.origin}/readyz`)).status, 200);
  assert.match(
    await (await fetch(`${guarded.origin}/metrics`)).text(),
    /^cpe_desk_nig_available 0$/m,
  );
  await guarded.nig.setFaults();
  await until('NIG is tried again', async () => (await sendFor(id)).status === 200);
  assert.equal(await isAvailable(id), true);
  await assertSettled(guarded, client, id);
});

test('a process that was paused after it recorded an intent sends nothing', async () => {
  const { id, lineId, body } = await prepareUpdate(desk);
  const { caller, intent } = await recordUpdate(desk, id, body);
  const startedAt = intent.startedAt - 2 * desk.deps.nigTimeoutMs;
  const sent = await sendToNig(desk.deps, caller, { ...intent, startedAt });
  assert.ok(!sent.ok);
  assert.equal(sent.failure.code, 'unavailable');
  assert.equal((await updateOf(intent.updateId)).state, 'abandoned');
  assert.ok((await countSends(desk.nig)) > 0, 'the log has the updates of earlier tests');
  assert.equal(await countSends(desk.nig, lineId), 0);
  await assertSettled(desk, operator, id);
});

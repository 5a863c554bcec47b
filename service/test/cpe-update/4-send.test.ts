import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { callerSchema, cpeUpdateSchema, ticketSchema } from '@cpe-desk/contract';
import { loadContext } from '../../src/cpe-update/1-load.ts';
import { checkUpdate } from '../../src/cpe-update/2-check.ts';
import { recordIntent } from '../../src/cpe-update/3-record.ts';
import { sendToNig } from '../../src/cpe-update/4-send.ts';
import { assertProblem } from '../support/assert-problem.ts';
import { assertSettled } from '../support/invariants.ts';
import { type Client, startTestDesk, type TestDesk, updateBody } from '../support/test-desk.ts';
import { addTestLine } from '../support/test-line.ts';
import type { TestNig } from '../support/test-nig.ts';
import { until } from '../support/until.ts';

let desk: TestDesk;
let operator: Client;

before(async () => {
  desk = await startTestDesk({ nigTimeoutMs: 400, isSettling: false });
  operator = await desk.as('demo-operator');
});
afterEach(() => desk.nig.setFaults({ mode: 'none' }));
after(() => desk[Symbol.asyncDispose]());

let addresses = 0;
const aLine = async () => {
  const { id } = await addTestLine(desk.db);
  const body = await updateBody(operator, id, { ipAddress: `10.81.0.${++addresses}` });
  return { id, body, send: () => operator.post(`/ticket/ctt/cpe/update/${id}`, body) };
};
/** How often NIG was told of an update: of all lines, and of this one. */
const linesSentTo = async (nig: TestNig, lineId: string) => {
  const sends = (await nig.log()).filter(({ method }) => method === 'PUT');
  return { all: sends.length, line: sends.filter((each) => each.serviceLineId === lineId).length };
};
const updateOf = async (updateId: unknown) =>
  cpeUpdateSchema.parse((await operator.get(`/ticket/ctt/cpe/updates/${updateId}`)).body);

test('NIG refuses: its own code and text; nothing changed, the claims are free, the next try is a new one', async () => {
  const { id, body, send } = await aLine();
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
  await desk.nig.setFaults({ mode: 'none' });
  assert.equal((await send()).status, 200);
  assert.deepEqual(await assertSettled(desk, operator, id), body.new);
});

test('NIG is not reachable: nothing was sent, nothing changed, and the answer says when to try again', async () => {
  const { id, body, send } = await aLine();
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
  test(`NIG's answer to "${mode}" says nothing certain: the outcome is unknown, and shown as that`, async () => {
    const { id, body, send } = await aLine();
    await desk.nig.setFaults({ mode });
    const answer = await send();
    const { updateId } = assertProblem(answer, 'nig-outcome-unknown');
    assert.equal(answer.headers.get('location'), `/ticket/ctt/cpe/updates/${updateId}`);
    assert.equal((await updateOf(updateId)).state, 'unknown');
    const ticket = ticketSchema.parse((await operator.get(`/ticket/ctt/${id}`)).body);
    assert.deepEqual([ticket.cpe, ticket.corpData?.cpe], [{ ...body.current, version: 1 }, body.current]);
    assert.deepEqual(
      { ...ticket.unsettledUpdate, since: '' },
      { updateId, state: 'unknown', since: '', by: 'Olivia Operator' },
    );
    const history = await operator.get(`/ticket/ctt/cpe/history/${id}`);
    assert.deepEqual(history.body, { serviceLineId: ticket.serviceLine.id, items: [], nextCursor: null });
    assert.equal(assertProblem(await send(), 'update-in-progress').updateId, updateId);
    const rival = await addTestLine(desk.db);
    const wish = await updateBody(operator, rival.id, { ipAddress: body.new.ipAddress });
    assertProblem(await operator.post(`/ticket/ctt/cpe/preview/${rival.id}`, wish), 'value-in-use');
  });

test('an update is there for its own segment groups only', async () => {
  const { id } = await addTestLine(desk.db, { segmentGroup: 'ENTERPRISE' });
  const answer = await operator.post(`/ticket/ctt/cpe/update/${id}`, await updateBody(operator, id, {}));
  const { updateId } = answer.body as { updateId: string };
  assert.equal((await updateOf(updateId)).state, 'applied');
  const sme = await desk.as('demo-operator-sme');
  assertProblem(await sme.get(`/ticket/ctt/cpe/updates/${updateId}`), 'not-found');
});

test('NIG does not answer: soon updates are refused at once, all else works, and it is said before anybody types', async () => {
  await using guarded = await startTestDesk({
    nigTimeoutMs: 200,
    // Longer than a loaded machine takes for what is asserted while the circuit is open.
    protection: { failures: 2, retryAfterMs: 3000, concurrency: 8 },
  });
  const client = await guarded.as('demo-operator');
  const isAvailable = async (id: string) =>
    ticketSchema.parse((await client.get(`/ticket/ctt/${id}`)).body).nig.isAvailable;
  const sendFor = async (id: string) =>
    client.post(`/ticket/ctt/cpe/update/${id}`, await updateBody(client, id, {}));
  await guarded.nig.setFaults({ mode: 'error' });
  for (let n = 0; n < 2; n++)
    assertProblem(await sendFor((await addTestLine(guarded.db)).id), 'nig-outcome-unknown');
  const { id, lineId } = await addTestLine(guarded.db);
  assert.equal(await isAvailable(id), false);
  const refused = await sendFor(id);
  assertProblem(refused, 'nig-unavailable');
  assert.ok(refused.headers.get('retry-after'));
  assert.deepEqual(await linesSentTo(guarded.nig, lineId), { all: 2, line: 0 });
  assert.equal((await fetch(`${guarded.origin}/readyz`)).status, 200);
  assert.match(await (await fetch(`${guarded.origin}/metrics`)).text(), /^cpe_desk_nig_available 0$/m);
  await guarded.nig.setFaults({ mode: 'none' });
  await until('NIG is tried again', async () => (await sendFor(id)).status === 200);
  assert.equal(await isAvailable(id), true);
  await assertSettled(guarded, client, id);
});

test('a process that was paused after recording the intent sends nothing: others may have abandoned it by then', async () => {
  const { id, lineId } = await addTestLine(desk.db);
  const caller = callerSchema.parse((await operator.get('/auth/me')).body);
  const request = await updateBody(operator, id, {});
  const context = await loadContext(desk.deps.db, caller, id, request.new, null);
  const checked = checkUpdate(desk.deps, id, request, context);
  assert.ok(checked.ok);
  const recorded = await recordIntent(desk.deps, caller, checked.value, null, { requestId: 'test' });
  assert.ok(recorded.ok);
  const startedAt = recorded.value.startedAt - 2 * desk.deps.nigTimeoutMs;
  const sent = await sendToNig(desk.deps, caller, { ...recorded.value, startedAt });
  assert.ok(!sent.ok);
  assert.equal(sent.failure.code, 'unavailable');
  assert.equal((await updateOf(recorded.value.updateId)).state, 'abandoned');
  const told = await linesSentTo(desk.nig, lineId);
  assert.ok(told.all > 0, 'the log holds the sends of the tests before');
  assert.equal(told.line, 0);
  await assertSettled(desk, operator, id);
});

import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { assertProblem } from '../support/assert-problem.ts';
import { assertSettled } from '../support/invariants.ts';
import { type Client, startTestDesk, type TestDesk, updateBody } from '../support/test-desk.ts';
import { addTestLine } from '../support/test-line.ts';

let desk: TestDesk;
let operator: Client;

before(async () => {
  desk = await startTestDesk({ nigTimeoutMs: 500 });
  operator = await desk.as('demo-operator');
});
afterEach(() => desk.nig.setFaults({ mode: 'none' }));
after(() => desk[Symbol.asyncDispose]());

let addresses = 0;
const aLine = async () => {
  const { id, lineId } = await addTestLine(desk.db);
  const body = await updateBody(operator, id, { ipAddress: `10.82.0.${++addresses}` });
  const key = crypto.randomUUID();
  const send = (text: unknown = body, client = operator, ticketId = id) =>
    client.post(`/ticket/ctt/cpe/update/${ticketId}`, text, { 'idempotency-key': key });
  const sent = async () =>
    (await desk.nig.log()).filter((entry) => entry.method === 'PUT' && entry.serviceLineId === lineId).length;
  return { id, lineId, body, key, send, sent };
};

test('the same key with the same body gets the same answer, and NIG is asked once', async () => {
  const { id, body, send, sent } = await aLine();
  const first = await send();
  assert.equal(first.status, 200);
  assert.equal(first.headers.get('idempotent-replayed'), null);
  // Since then the CPE has changed: judged anew, the same request would be stale.
  assert.equal(
    (
      await operator.post(
        `/ticket/ctt/cpe/update/${id}`,
        await updateBody(operator, id, { macAddress: null }),
      )
    ).status,
    200,
  );
  const { reason, new: wanted, current } = body;
  for (const again of [
    await send(),
    await send(`  ${JSON.stringify({ reason, new: wanted, current }, null, 3)}`),
  ]) {
    assert.equal(again.headers.get('idempotent-replayed'), 'true');
    assert.equal(again.headers.get('content-type'), first.headers.get('content-type'));
    assert.equal(JSON.stringify(again.body), JSON.stringify(first.body));
  }
  assert.equal(await sent(), 2);
});

test('sent ten times at once, it is done once and answered ten times alike', async () => {
  const { id, send, sent } = await aLine();
  await desk.nig.setFaults({ mode: 'none', latencyMs: 100 });
  const answers = await Promise.all(Array.from({ length: 10 }, () => send()));
  assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200]);
  assert.equal(new Set(answers.map(({ body }) => JSON.stringify(body))).size, 1);
  assert.equal(await sent(), 1);
  await assertSettled(desk, operator, id);
});

test('the same key with another body or on another ticket is refused; another caller’s key is another key', async () => {
  const { id, body, send } = await aLine();
  assert.equal((await send()).status, 200);
  assertProblem(await send({ ...body, reason: 'another' }), 'idempotency-key-reused');
  const other = await addTestLine(desk.db);
  assertProblem(await send(body, operator, other.id), 'idempotency-key-reused');
  const supervisor = await desk.as('demo-supervisor');
  assert.equal((await send(await updateBody(supervisor, id, {}), supervisor)).status, 200);
});

test('a request that was refused before anything was recorded is judged anew', async () => {
  const { body, send } = await aLine();
  assertProblem(await send({ ...body, new: { ...body.new, port: 'nonsense' } }), 'invalid-cpe');
  assert.equal((await send()).status, 200);
});

test('NIG’s refusal is the answer of its key for good', async () => {
  const { send, sent } = await aLine();
  await desk.nig.setFaults({ mode: 'reject' });
  const first = assertProblem(await send(), 'nig-rejected');
  await desk.nig.setFaults({ mode: 'none' });
  const again = await send();
  assert.deepEqual(assertProblem(again, 'nig-rejected'), first);
  assert.equal(again.headers.get('idempotent-replayed'), 'true');
  assert.equal(await sent(), 1);
});

test('after nig-unavailable the same key works: the caller was told to try again', async () => {
  const { send } = await aLine();
  await desk.nig.stop();
  assertProblem(await send(), 'nig-unavailable');
  await desk.nig.start();
  const again = await send();
  assert.equal(again.status, 200);
  assert.equal(again.headers.get('idempotent-replayed'), null);
});

test('after nig-outcome-unknown a retry gets the true outcome, once it is known', async () => {
  const { id, body, send, sent } = await aLine();
  await desk.nig.setFaults({ mode: 'drop-after-apply' });
  const { updateId } = assertProblem(await send(), 'nig-outcome-unknown');
  let again = await send();
  while (again.status === 504) {
    assert.equal(assertProblem(again, 'nig-outcome-unknown').updateId, updateId);
    again = await send();
  }
  assert.equal(again.status, 200);
  assert.equal((again.body as { updateId: string }).updateId, updateId);
  assert.equal(await sent(), 1);
  assert.deepEqual(await assertSettled(desk, operator, id), body.new);
});

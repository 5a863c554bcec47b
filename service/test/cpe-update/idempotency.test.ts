import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertProblem } from '../support/assert-problem.ts';
import { useDesk } from '../support/desk.ts';
import { assertSettled } from '../support/invariants.ts';
import { addTestLine } from '../support/test-line.ts';
import {
  countSends,
  postUpdate,
  prepareUpdate,
  updateBody,
  updateCpe,
} from '../support/updates.ts';

const desk = await useDesk({ nigTimeoutMs: 500 });
const { operator } = desk;

/** An update that `send` sends with one key, and how often NIG received it. */
const keyedUpdate = async () => {
  const { id, lineId, body } = await prepareUpdate(desk);
  const key = crypto.randomUUID();
  const send = (text: unknown = body, client = operator, ticketId = id) =>
    postUpdate(client, ticketId, text, { 'idempotency-key': key });
  return { id, body, send, sent: () => countSends(desk.nig, lineId) };
};

test('a request with the same key and body gets the same answer, and NIG gets one update', async () => {
  const { id, body, send, sent } = await keyedUpdate();
  const first = await send();
  assert.equal(first.status, 200);
  assert.equal(first.headers.get('idempotent-replayed'), null);
  // The CPE has changed since: without the key the request would be stale.
  await updateCpe(operator, id, { macAddress: null });
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

test('ten requests with one key at the same time cause one update and get the same answer', async () => {
  const { id, send, sent } = await keyedUpdate();
  await desk.nig.setFaults({ latencyMs: 100 });
  const answers = await Promise.all(Array.from({ length: 10 }, () => send()));
  assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200]);
  assert.equal(new Set(answers.map(({ body }) => JSON.stringify(body))).size, 1);
  assert.equal(await sent(), 1);
  await assertSettled(desk, operator, id);
});

test('a key with another body or ticket is refused; another caller may use the same key', async () => {
  const { id, body, send } = await keyedUpdate();
  assert.equal((await send()).status, 200);
  assertProblem(await send({ ...body, reason: 'another' }), 'idempotency-key-reused');
  const other = await addTestLine(desk.db);
  assertProblem(await send(body, operator, other.id), 'idempotency-key-reused');
  const { supervisor } = desk;
  assert.equal((await send(await updateBody(supervisor, id), supervisor)).status, 200);
});

test('a request that was refused before it was recorded is checked again', async () => {
  const { body, send } = await keyedUpdate();
  assertProblem(await send({ ...body, new: { ...body.new, port: 'nonsense' } }), 'invalid-cpe');
  assert.equal((await send()).status, 200);
});

test('NIG’s refusal stays the answer of its key', async () => {
  const { send, sent } = await keyedUpdate();
  await desk.nig.setFaults({ mode: 'reject' });
  const first = assertProblem(await send(), 'nig-rejected');
  await desk.nig.setFaults();
  const again = await send();
  assert.deepEqual(assertProblem(again, 'nig-rejected'), first);
  assert.equal(again.headers.get('idempotent-replayed'), 'true');
  assert.equal(await sent(), 1);
});

test('after nig-unavailable the same key works', async () => {
  const { send } = await keyedUpdate();
  await desk.nig.stop();
  assertProblem(await send(), 'nig-unavailable');
  await desk.nig.start();
  const again = await send();
  assert.equal(again.status, 200);
  assert.equal(again.headers.get('idempotent-replayed'), null);
});

test('after nig-outcome-unknown a retry gets the outcome once it is known', async () => {
  const { id, body, send, sent } = await keyedUpdate();
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

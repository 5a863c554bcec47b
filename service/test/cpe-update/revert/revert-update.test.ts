import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Cpe, cpeUpdateAnswerSchema } from '@cpe-desk/contract';
import { run, statement } from '../../../src/platform/database/database.ts';
import { assertProblem } from '../../support/assert-problem.ts';
import { useDesk } from '../../support/desk.ts';
import { assertSettled } from '../../support/invariants.ts';
import { addTestLine } from '../../support/test-line.ts';
import { countSends, updateBody, updateCpe } from '../../support/updates.ts';

const desk = await useDesk();
const { operator, supervisor } = desk;

const update = (id: string, changes: Partial<Cpe> = {}) => updateCpe(operator, id, changes);
const revert = (updateId: string, client = supervisor) =>
  client.post(`/ticket/ctt/cpe/updates/${updateId}/revert`, { reason: 'it was the wrong line' });

test('a reversal is a new update: NIG, corp data and history follow, other fields stay', async () => {
  const { id } = await addTestLine(desk.db);
  const { current } = await updateBody(operator, id);
  const wrong = await update(id, { ipAddress: '10.88.0.1', macAddress: null });
  await update(id, { bandwidth: { downKbps: 64_000, upKbps: 64_000 } });
  const answer = cpeUpdateAnswerSchema.parse((await revert(wrong.updateId)).body);
  assert.deepEqual(await assertSettled(desk, operator, id), {
    ...current,
    bandwidth: { downKbps: 64_000, upKbps: 64_000 },
  });
  assert.deepEqual(
    [answer.history.changed, answer.history.reason, answer.history.actor.id],
    [['macAddress', 'ipAddress'], 'it was the wrong line', 'demo-supervisor'],
  );
});

test('a reversal is refused where a later update changed the same fields', async () => {
  const { id } = await addTestLine(desk.db);
  const first = await update(id, { ipAddress: '10.88.0.2', macAddress: null });
  await update(id, { ipAddress: '10.88.0.3' });
  const refused = assertProblem(await revert(first.updateId), 'not-revertible');
  assert.deepEqual(refused.conflicts, [
    { field: 'ipAddress', after: '10.88.0.2', now: '10.88.0.3' },
  ]);
  assert.equal((await assertSettled(desk, operator, id)).ipAddress, '10.88.0.3');
});

test('an update is reverted once, and a refresh never', async () => {
  const { id } = await addTestLine(desk.db);
  const { updateId } = await update(id, { ipAddress: '10.88.0.4' });
  assert.equal((await revert(updateId)).status, 200);
  assertProblem(await revert(updateId), 'not-revertible');
  assertProblem(await revert((await update(id)).updateId), 'not-revertible');
});

test('a retry of a reversal with the same key gets the same answer', async () => {
  const { id, lineId } = await addTestLine(desk.db);
  const { updateId } = await update(id, { ipAddress: '10.88.0.9' });
  const key = crypto.randomUUID();
  const again = (reason: string) =>
    supervisor.post(
      `/ticket/ctt/cpe/updates/${updateId}/revert`,
      { reason },
      { 'idempotency-key': key },
    );
  const first = await again('wrong line');
  const second = await again('wrong line');
  assert.deepEqual([second.status, second.body], [200, first.body]);
  assert.equal(second.headers.get('idempotent-replayed'), 'true');
  assert.equal(await countSends(desk.nig, lineId), 2, 'the update and its reversal');
  assertProblem(await again('another reason'), 'idempotency-key-reused');
});

const closeTicket = statement<never, [string]>(
  'test-close-ticket',
  `update ctt set status = 'closed' where id = $1`,
);

test('a reversal obeys the rules of every update: eligibility, values in use, roles', async () => {
  const { id } = await addTestLine(desk.db);
  const { current } = await updateBody(operator, id);
  const { updateId } = await update(id, { ipAddress: '10.88.0.5' });
  const other = await addTestLine(desk.db);
  await update(other.id, { ipAddress: current.ipAddress });
  assertProblem(await revert(updateId), 'value-in-use');
  await run(desk.db, closeTicket, [id]);
  assertProblem(await revert(updateId), 'not-eligible');
  assertProblem(await revert(updateId, operator), 'forbidden');
  assertProblem(await revert(crypto.randomUUID()), 'not-found');
  assertProblem(
    await supervisor.post(`/ticket/ctt/cpe/updates/${updateId}/revert`, { reason: ' ' }),
    'malformed-request',
  );
});

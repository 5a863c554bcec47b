import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attentionListSchema, cpeUpdateSchema, nigViewSchema } from '@cpe-desk/contract';
import type { Pool } from '../../../src/platform/database/database.ts';
import { assertProblem, errorsOf } from '../../support/assert-problem.ts';
import { startTestDesk, useDesk } from '../../support/desk.ts';
import { assertSettled } from '../../support/invariants.ts';
import type { TestLine } from '../../support/test-line.ts';
import { leaveUnknown, readHistory, readUpdate, waitForState } from '../../support/updates.ts';

const desk = await useDesk({ nigTimeoutMs: 200, settleDeadlineMs: 300 });
const { operator, supervisor } = desk;

const listAttention = async () =>
  attentionListSchema.parse((await supervisor.get('/ticket/ctt/cpe/attention')).body).items;

/** An update that failed in `mode` and that a person has to settle, since NIG cannot be asked. */
const needsAttention = async (mode: string, line: TestLine = {}) => {
  const unknown = await leaveUnknown(desk, { mode, lookup: false, line });
  const { updateId } = unknown;
  await waitForState(operator, updateId, 'needs-attention');
  const settle = (request: object, client = supervisor) =>
    client.post(`/ticket/ctt/cpe/updates/${updateId}/settle`, request);
  const view = async () =>
    nigViewSchema.parse((await supervisor.get(`/ticket/ctt/cpe/updates/${updateId}/nig`)).body);
  return { ...unknown, settle, view };
};

const accepted = {
  outcome: 'accepted',
  nigReference: 'NIG-BY-PHONE-7',
  reason: 'NIG’s desk confirmed it, call 4711',
};
const rejected = { outcome: 'rejected', reason: 'NIG’s desk says that it never arrived' };

test('an update settled as accepted is applied; the history has who, why and NIG’s reference', async () => {
  const { id, body, updateId, settle, send } = await needsAttention('drop-after-apply');
  const answer = await settle(accepted);
  assert.equal(answer.status, 200);
  const update = cpeUpdateSchema.parse(answer.body);
  assert.deepEqual([update.state, update.nig.reference], ['applied', 'NIG-BY-PHONE-7']);
  await desk.nig.setFaults();
  assert.deepEqual(await assertSettled(desk, operator, id), body.new);
  const items = await readHistory(operator, id);
  assert.deepEqual(
    [items[0]?.actor.name, items[0]?.settlement?.by.name, items[0]?.settlement?.reason],
    ['Olivia Operator', 'Sofia Supervisor', accepted.reason],
  );
  assert.ok((await listAttention()).every((each) => each.updateId !== updateId));
  assert.equal((await send()).status, 200, 'a retry with its key gets the answer');
});

test('an update settled as rejected keeps the old values and frees the claims', async () => {
  const { id, body, updateId, settle, send } = await needsAttention('drop-before-apply');
  const update = cpeUpdateSchema.parse((await settle(rejected)).body);
  assert.deepEqual(
    [update.state, update.settlement?.outcome, update.settlement?.by.id],
    ['rejected', 'rejected', 'demo-supervisor'],
  );
  await desk.nig.setFaults();
  assert.deepEqual(await assertSettled(desk, operator, id), body.current);
  assert.equal(assertProblem(await send(), 'nig-rejected').updateId, updateId);
});

test('whoever settles an update sees what NIG says of it and what NIG holds now', async () => {
  const taken = await needsAttention('drop-after-apply');
  assert.deepEqual(
    [(await taken.view()).update, (await taken.view()).holds],
    ['unknown', 'unknown'],
    'while NIG cannot be asked',
  );
  await desk.nig.setFaults();
  const after = await taken.view();
  assert.deepEqual([after.update, after.holds, after.cpe], ['accepted', 'after', taken.body.new]);
  const lost = await needsAttention('drop-before-apply');
  await desk.nig.setFaults();
  assert.deepEqual(
    [(await lost.view()).update, (await lost.view()).holds],
    ['never-got-it', 'nothing'],
  );
});

test('whoever settles an update sees every call to NIG and its outcome', async () => {
  const { updateId } = await needsAttention('drop-after-apply');
  const attempts =
    (await listAttention()).find((update) => update.updateId === updateId)?.attempts ?? [];
  assert.deepEqual(attempts.map(({ call, outcome }) => `${call}: ${outcome}`).slice(0, 2), [
    'send: unknown',
    'look-up: unknown',
  ]);
  assert.match(attempts[1]?.detail ?? '', /^NIG answered 501/);
  assert.ok(attempts.every(({ at, ms }) => !Number.isNaN(Date.parse(at)) && ms >= 0));
});

test('a person settles only an update that needs attention, and only once', async () => {
  const { settle, updateId } = await needsAttention('drop-after-apply');
  const answers = await Promise.all([settle(accepted), settle(rejected), settle(accepted)]);
  const statuses = answers.map(({ status }) => status).sort();
  assert.deepEqual(statuses, [200, 409, 409]);
  for (const answer of answers) if (answer.status === 409) assertProblem(answer, 'not-settleable');
  const { state } = await readUpdate(operator, updateId);
  assert.ok(state === 'applied' || state === 'rejected');
});

test('a settlement needs a reason, and an acceptance NIG’s reference', async () => {
  const { settle } = await needsAttention('hang');
  for (const [request, pointer] of [
    [{ outcome: 'rejected', reason: '  ' }, '/reason'],
    [{ outcome: 'rejected' }, '/reason'],
    [{ outcome: 'accepted', reason: 'r' }, '/nigReference'],
    [{ outcome: 'rejected', reason: 'x'.repeat(501) }, '/reason'],
    [{ outcome: 'rejected', reason: 'bell\u0007' }, '/reason'],
    [{ outcome: 'perhaps', reason: 'r' }, '/outcome'],
  ] as const)
    assert.equal(
      errorsOf(assertProblem(await settle(request), 'malformed-request'))[0]?.split(' ')[0],
      pointer,
    );
});

test('only supervisors settle, and only in their segment groups', async () => {
  const { settle, updateId } = await needsAttention('hang', { segmentGroup: 'ENTERPRISE' });
  for (const person of ['demo-operator', 'demo-reviewer', 'demo-admin']) {
    const client = desk.as(person);
    assertProblem(await settle(rejected, client), 'forbidden');
    assertProblem(await client.get('/ticket/ctt/cpe/attention'), 'forbidden');
    assertProblem(await client.get(`/ticket/ctt/cpe/updates/${updateId}/nig`), 'forbidden');
  }
  assertProblem(
    await supervisor.post(`/ticket/ctt/cpe/updates/${crypto.randomUUID()}/settle`, rejected),
    'not-found',
  );
});

test('when the connection breaks at the commit of a settlement, the answer says what is stored', async () => {
  const { body, id, updateId } = await needsAttention('drop-after-apply');
  // Another instance: each COMMIT takes effect, and its answer is lost.
  const losing = losingCommits();
  await using broken = await startTestDesk({
    beside: desk,
    isSettling: false,
    between: losing.between,
  });
  const client = broken.supervisor;
  const answer = await client.post(`/ticket/ctt/cpe/updates/${updateId}/settle`, accepted);
  assert.equal(answer.status, 200);
  assert.ok(losing.lost() > 0, 'a COMMIT was lost');
  assert.equal(cpeUpdateSchema.parse(answer.body).settlement?.outcome, 'accepted');
  await waitForState(operator, updateId, 'applied');
  await desk.nig.setFaults();
  assert.deepEqual(await assertSettled(desk, operator, id), body.new);
});

/** Pools whose transactions commit and then seem to fail; `lost` counts them. */
const losingCommits = () => {
  let lost = 0;
  const between = (db: Pool): Pool => ({
    ...db,
    async begin() {
      const transaction = await db.begin();
      return {
        ...transaction,
        async commit() {
          await transaction.commit();
          lost++;
          throw new Error('Connection terminated unexpectedly');
        },
      };
    },
  });
  return { between, lost: () => lost };
};

import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { attentionListSchema, cpeUpdateSchema, historyPageSchema, nigViewSchema } from '@cpe-desk/contract';
import type { Pool } from '../../../src/platform/database/database.ts';
import { assertProblem, errorsOf } from '../../support/assert-problem.ts';
import { assertSettled } from '../../support/invariants.ts';
import { type Client, startTestDesk, type TestDesk, updateBody } from '../../support/test-desk.ts';
import { addTestLine, type TestLine } from '../../support/test-line.ts';
import { until } from '../../support/until.ts';

let desk: TestDesk;
let operator: Client;
let supervisor: Client;

before(async () => {
  desk = await startTestDesk({ nigTimeoutMs: 200, settleDeadlineMs: 300 });
  operator = await desk.as('demo-operator');
  supervisor = await desk.as('demo-supervisor');
});
afterEach(() => desk.nig.setFaults({ mode: 'none' }));
after(() => desk[Symbol.asyncDispose]());

const waiting = async () =>
  attentionListSchema.parse((await supervisor.get('/ticket/ctt/cpe/attention')).body).items;

let addresses = 0;

/** An update that came to `mode`, of a NIG that then can not be asked, until a person has to settle it. */
const needsAttention = async (mode: string, line: TestLine = {}) => {
  const { id, lineId } = await addTestLine(desk.db, line);
  const body = await updateBody(operator, id, { ipAddress: `10.87.0.${++addresses}` });
  await desk.nig.setFaults({ mode, lookup: false });
  const key = crypto.randomUUID();
  const send = () => operator.post(`/ticket/ctt/cpe/update/${id}`, body, { 'idempotency-key': key });
  const updateId = String(assertProblem(await send(), 'nig-outcome-unknown').updateId);
  await until('it needs attention', async () =>
    (await waiting()).some((update) => update.updateId === updateId),
  );
  const settle = (request: object, client = supervisor) =>
    client.post(`/ticket/ctt/cpe/updates/${updateId}/settle`, request);
  const view = async () =>
    nigViewSchema.parse((await supervisor.get(`/ticket/ctt/cpe/updates/${updateId}/nig`)).body);
  return { id, lineId, body, updateId, send, settle, view };
};

const accepted = {
  outcome: 'accepted',
  nigReference: 'NIG-BY-PHONE-7',
  reason: 'NIG’s desk confirmed it, call 4711',
};
const rejected = { outcome: 'rejected', reason: 'NIG’s desk says that it never arrived' };

test('judged accepted: applied like any other, with who, why and NIG’s reference in the history', async () => {
  const { id, body, updateId, settle, send } = await needsAttention('drop-after-apply');
  const answer = await settle(accepted);
  assert.equal(answer.status, 200);
  const update = cpeUpdateSchema.parse(answer.body);
  assert.deepEqual([update.state, update.nig.reference], ['applied', 'NIG-BY-PHONE-7']);
  await desk.nig.setFaults({ mode: 'none' });
  assert.deepEqual(await assertSettled(desk, operator, id), body.new);
  const { items } = historyPageSchema.parse((await operator.get(`/ticket/ctt/cpe/history/${id}`)).body);
  assert.deepEqual(
    [items[0]?.actor.name, items[0]?.settlement?.by.name, items[0]?.settlement?.reason],
    ['Olivia Operator', 'Sofia Supervisor', accepted.reason],
  );
  assert.ok((await waiting()).every((each) => each.updateId !== updateId));
  assert.equal((await send()).status, 200, 'a retry with its key gets the answer');
});

test('judged rejected: the old values stay, the claims are free, and who and why are kept', async () => {
  const { id, body, updateId, settle, send } = await needsAttention('drop-before-apply');
  const update = cpeUpdateSchema.parse((await settle(rejected)).body);
  assert.deepEqual(
    [update.state, update.settlement?.outcome, update.settlement?.by.id],
    ['rejected', 'rejected', 'demo-supervisor'],
  );
  await desk.nig.setFaults({ mode: 'none' });
  assert.deepEqual(await assertSettled(desk, operator, id), body.current);
  assert.equal(assertProblem(await send(), 'nig-rejected').updateId, updateId);
});

test('what NIG says and holds now is there to decide on', async () => {
  const taken = await needsAttention('drop-after-apply');
  assert.deepEqual(
    [(await taken.view()).update, (await taken.view()).holds],
    ['unknown', 'unknown'],
    'while it can not be asked',
  );
  await desk.nig.setFaults({ mode: 'none' });
  const after = await taken.view();
  assert.deepEqual([after.update, after.holds, after.cpe], ['accepted', 'after', taken.body.new]);
  const lost = await needsAttention('drop-before-apply');
  await desk.nig.setFaults({ mode: 'none' });
  assert.deepEqual([(await lost.view()).update, (await lost.view()).holds], ['never-got-it', 'nothing']);
});

test('every call to NIG and what came of it is there to decide on', async () => {
  const { updateId } = await needsAttention('drop-after-apply');
  const attempts = (await waiting()).find((update) => update.updateId === updateId)?.attempts ?? [];
  assert.deepEqual(attempts.map(({ call, outcome }) => `${call}: ${outcome}`).slice(0, 2), [
    'send: unknown',
    'look-up: unknown',
  ]);
  assert.match(attempts[1]?.detail ?? '', /^NIG answered 501/);
  assert.ok(attempts.every(({ at, ms }) => !Number.isNaN(Date.parse(at)) && ms >= 0));
});

test('only what needs attention is a person’s to settle, and only once', async () => {
  const { settle, updateId } = await needsAttention('drop-after-apply');
  const answers = await Promise.all([settle(accepted), settle(rejected), settle(accepted)]);
  const statuses = answers.map(({ status }) => status).sort();
  assert.deepEqual(statuses, [200, 409, 409]);
  for (const answer of answers) if (answer.status === 409) assertProblem(answer, 'not-settleable');
  const state = cpeUpdateSchema.parse((await operator.get(`/ticket/ctt/cpe/updates/${updateId}`)).body).state;
  assert.ok(state === 'applied' || state === 'rejected');
});

test('a settlement has a reason, and an acceptance NIG’s reference', async () => {
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

test('supervisors settle, of their segment groups; nobody else does', async () => {
  const { settle, updateId } = await needsAttention('hang', { segmentGroup: 'ENTERPRISE' });
  for (const person of ['demo-operator', 'demo-reviewer', 'demo-admin']) {
    const client = await desk.as(person);
    assertProblem(await settle(rejected, client), 'forbidden');
    assertProblem(await client.get('/ticket/ctt/cpe/attention'), 'forbidden');
    assertProblem(await client.get(`/ticket/ctt/cpe/updates/${updateId}/nig`), 'forbidden');
  }
  assertProblem(
    await supervisor.post(`/ticket/ctt/cpe/updates/${crypto.randomUUID()}/settle`, rejected),
    'not-found',
  );
});

test('the connection breaks at the commit of a decision: the answer tells what is stored', async () => {
  const { body, id, updateId } = await needsAttention('drop-after-apply');
  // Another instance whose COMMITs take effect, and whose answers are lost.
  const losing = losingCommits();
  await using broken = await startTestDesk({ beside: desk, isSettling: false, between: losing.between });
  const client = await broken.as('demo-supervisor');
  const answer = await client.post(`/ticket/ctt/cpe/updates/${updateId}/settle`, accepted);
  assert.equal(answer.status, 200);
  assert.ok(losing.lost() > 0, 'a COMMIT was lost');
  assert.equal(cpeUpdateSchema.parse(answer.body).settlement?.outcome, 'accepted');
  await until('it is applied', async () => {
    const { state } = cpeUpdateSchema.parse((await operator.get(`/ticket/ctt/cpe/updates/${updateId}`)).body);
    return state === 'applied';
  });
  await desk.nig.setFaults({ mode: 'none' });
  assert.deepEqual(await assertSettled(desk, operator, id), body.new);
});

/** Pools whose transactions commit and then seem to fail, and how often that was. */
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

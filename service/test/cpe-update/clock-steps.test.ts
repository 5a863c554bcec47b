import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cpeUpdateAnswerSchema } from '@cpe-desk/contract';
import { openGate } from '../faults/nig-gate.ts';
import { assertProblem } from '../support/assert-problem.ts';
import { startTestDesk } from '../support/desk.ts';
import { openGround } from '../support/ground.ts';
import { assertSettled } from '../support/invariants.ts';
import { prepareClock, setClock } from '../support/set-clock.ts';
import { until } from '../support/until.ts';
import { prepareUpdate, waitForState } from '../support/updates.ts';

/*
 * The database's clock changes while updates are unsettled: a step back delays no deadline, a step
 * ahead proves nothing about an update.
 */

const HOUR_S = 3600;

const startClockDesk = async (nigTimeoutMs: number) => {
  await using stack = new AsyncDisposableStack();
  const ground = await openGround(stack);
  const { db, databaseUrl, nig } = ground;
  await prepareClock(db, new URL(databaseUrl).username);
  const gate = stack.use(await openGate(nig.url));
  const beside = { ...ground, nig: { ...nig, url: gate.url } };
  const desk = stack.use(await startTestDesk({ beside, nigTimeoutMs, settleDeadlineMs: 1000 }));
  const rest = stack.move();
  const dispose = () => rest.disposeAsync();
  return { db, nig, gate, desk, ...(await prepareUpdate(desk)), [Symbol.asyncDispose]: dispose };
};

test('after a step back of an hour, an update that NIG accepted is applied at once', async () => {
  await using field = await startClockDesk(300);
  const { db, nig, desk, id, send } = field;
  await setClock(db, HOUR_S);
  await nig.setFaults({ mode: 'drop-after-apply' });
  const { updateId } = assertProblem(await send(), 'nig-outcome-unknown');
  await setClock(db, 0);
  await waitForState(desk.operator, updateId, 'applied');
  await assertSettled(desk, desk.operator, id);
});

test('after a step back of an hour, an update that NIG never answered needs a person at once', async () => {
  await using field = await startClockDesk(300);
  const { db, nig, desk, send } = field;
  await setClock(db, HOUR_S);
  await nig.setFaults({ mode: 'hang' });
  const { updateId } = assertProblem(await send(), 'nig-outcome-unknown');
  await setClock(db, 0);
  await waitForState(desk.operator, updateId, 'needs-attention');
});

test('after a step ahead of an hour, an update on its way to NIG is not abandoned', async () => {
  await using field = await startClockDesk(4000);
  const { db, nig, gate, desk, id, body, send } = field;
  const isAsked = async () => (await nig.log()).some(({ method }) => method === 'GET');
  gate.set({
    before: async () => {
      await setClock(db, HOUR_S);
      await until('NIG is asked about the update', isAsked);
      return true;
    },
  });
  const answer = await send();
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  assert.equal(cpeUpdateAnswerSchema.parse(answer.body).cpe.ipAddress, body.new.ipAddress);
  await assertSettled(desk, desk.operator, id);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cpeUpdateAnswerSchema, cpeUpdateSchema } from '@cpe-desk/contract';
import { loadCatalogue } from '../../src/line/catalogue/load-catalogue.ts';
import { openGate } from '../faults/nig-gate.ts';
import { assertProblem } from '../support/assert-problem.ts';
import { assertSettled } from '../support/invariants.ts';
import { prepareClock, setClock } from '../support/set-clock.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { createTestDatabase } from '../support/test-database.ts';
import { startTestDesk, updateBody } from '../support/test-desk.ts';
import { addTestLine } from '../support/test-line.ts';
import { startTestNig } from '../support/test-nig.ts';
import { until } from '../support/until.ts';

/* The database's clock is set while updates are under way: an hour back it loses no deadline, an hour ahead it proves nothing. */

const HOUR_S = 3600;

const startClockDesk = async (nigTimeoutMs: number) => {
  await using stack = new AsyncDisposableStack();
  const folder = stack.use(await tempFolder());
  const { pool: db, url: ownerUrl, applicationUrl: databaseUrl } = stack.use(await createTestDatabase());
  await loadCatalogue(db);
  await prepareClock(db, new URL(databaseUrl).username);
  const nig = await startTestNig(folder.path);
  stack.defer(nig.stop);
  const gate = stack.use(await openGate(nig.url));
  const beside = { db, ownerUrl, databaseUrl, nig: { ...nig, url: gate.url } };
  const desk = stack.use(await startTestDesk({ beside, nigTimeoutMs, settleDeadlineMs: 1000 }));
  const operator = await desk.as('demo-operator');
  const { id } = await addTestLine(db);
  const body = await updateBody(operator, id, { ipAddress: '10.89.0.1' });
  const send = () => operator.post(`/ticket/ctt/cpe/update/${id}`, body);
  const reaches = (updateId: unknown, state: string) =>
    until(`${updateId} is ${state}`, async () => {
      const { body: update } = await operator.get(`/ticket/ctt/cpe/updates/${updateId}`);
      return cpeUpdateSchema.parse(update).state === state;
    });
  const rest = stack.move();
  const dispose = () => rest.disposeAsync();
  return { db, nig, gate, desk, operator, id, send, reaches, [Symbol.asyncDispose]: dispose };
};

test('an hour back: what NIG took meanwhile is applied, without an hour of waiting', async () => {
  await using field = await startClockDesk(300);
  const { db, nig, desk, operator, id, send, reaches } = field;
  await setClock(db, HOUR_S);
  await nig.setFaults({ mode: 'drop-after-apply' });
  const { updateId } = assertProblem(await send(), 'nig-outcome-unknown');
  await setClock(db, 0);
  await reaches(updateId, 'applied');
  await assertSettled(desk, operator, id);
});

test('an hour back: what NIG never got reaches a person, without an hour of waiting', async () => {
  await using field = await startClockDesk(300);
  const { db, nig, send, reaches } = field;
  await setClock(db, HOUR_S);
  await nig.setFaults({ mode: 'hang' });
  const { updateId } = assertProblem(await send(), 'nig-outcome-unknown');
  await setClock(db, 0);
  await reaches(updateId, 'needs-attention');
});

test('an hour ahead: an update on its way to NIG does not count as one that NIG never got', async () => {
  await using field = await startClockDesk(4000);
  const { db, nig, gate, desk, operator, id, send } = field;
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
  assert.equal(cpeUpdateAnswerSchema.parse(answer.body).cpe.ipAddress, '10.89.0.1');
  await assertSettled(desk, operator, id);
});

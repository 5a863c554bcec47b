import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { cpeUpdateSchema } from '@cpe-desk/contract';
import { settleDueUpdates } from '../../../src/cpe-update/settle/settle-updates.ts';
import { run, statement } from '../../../src/platform/database/database.ts';
import { assertProblem } from '../../support/assert-problem.ts';
import { assertSettled } from '../../support/invariants.ts';
import { startTestDesk, type TestDesk, type TestDeskOptions, updateBody } from '../../support/test-desk.ts';
import { addTestLine } from '../../support/test-line.ts';
import { until } from '../../support/until.ts';

const open: TestDesk[] = [];
afterEach(async () => {
  for (const desk of open.splice(0).reverse()) await desk[Symbol.asyncDispose]();
});

/** A desk with an operator, and a line whose update came to `mode`. */
const unknownUpdate = async (mode: string, options: TestDeskOptions = {}, lookup: unknown = true) => {
  const desk = await startTestDesk({ nigTimeoutMs: 300, ...options });
  open.push(desk);
  const operator = await desk.as('demo-operator');
  const { id, lineId } = await addTestLine(desk.db);
  const body = await updateBody(operator, id, { ipAddress: '10.85.0.1' });
  await desk.nig.setFaults({ mode, lookup });
  const answer = await operator.post(`/ticket/ctt/cpe/update/${id}`, body);
  const { updateId } = assertProblem(answer, 'nig-outcome-unknown');
  const look = async () =>
    cpeUpdateSchema.parse((await operator.get(`/ticket/ctt/cpe/updates/${updateId}`)).body);
  const settled = (state: string) =>
    until(`${updateId} is ${state}`, async () => {
      const update = await look();
      return update.state === state && update;
    });
  return { desk, operator, id, lineId, body, updateId: String(updateId), look, settled };
};

test('NIG had taken it: applied, with one history entry, by the one who asked for it', async () => {
  const { desk, operator, id, body, settled } = await unknownUpdate('drop-after-apply');
  const update = await settled('applied');
  assert.match(update.nig.reference ?? '', /^NIG-/);
  assert.deepEqual(await assertSettled(desk, operator, id), body.new);
});

test('NIG never got it: abandoned, the old values stay, the claims are free', async () => {
  const { desk, operator, id, body, settled } = await unknownUpdate('drop-before-apply');
  const update = await settled('abandoned');
  const age = Date.parse(update.settledAt ?? '') - Date.parse(update.requestedAt);
  assert.ok(
    age > 3 * 300,
    `NIG's "never" was believed after ${age} ms, while NIG may still have had the update before it`,
  );
  assert.deepEqual(await assertSettled(desk, operator, id), body.current);
  await desk.nig.setFaults({ mode: 'none' });
  assert.equal((await operator.post(`/ticket/ctt/cpe/update/${id}`, body)).status, 200);
});

test('NIG does not know and the deadline passes: a person is asked, nothing is guessed', async () => {
  const { desk, operator, id, body, updateId, settled, look } = await unknownUpdate(
    'hang',
    { settleDeadlineMs: 500 },
    false,
  );
  await settled('needs-attention');
  assert.equal(
    assertProblem(await operator.post(`/ticket/ctt/cpe/update/${id}`, body), 'update-in-progress').updateId,
    updateId,
  );
  // It stays with the person, even when NIG could be asked again.
  await desk.nig.setFaults({ mode: 'none' });
  await settleDueUpdates(desk.deps);
  assert.equal((await look()).state, 'needs-attention');
});

test('a NIG that can not be asked at all: the same, after the deadline', async () => {
  const { settled } = await unknownUpdate('drop-after-apply', { canLookUp: false, settleDeadlineMs: 500 });
  await settled('needs-attention');
});

test('NIG can not be asked for a while: the update waits, and settles when it can', async () => {
  const { desk, operator, id, body, look, settled } = await unknownUpdate('drop-after-apply', {}, false);
  await until('NIG was asked in vain', async () =>
    (await desk.nig.log()).some(({ method }) => method === 'GET'),
  );
  assert.equal((await look()).state, 'unknown');
  await desk.nig.setFaults({ mode: 'none' });
  await settled('applied');
  assert.deepEqual(await assertSettled(desk, operator, id), body.new);
});

const tallyAsked = statement<{ asked: number }, [id: string]>(
  'test-asked',
  'select asked from cpe_update where id = $1',
);

test('several instances settle each update once', async () => {
  const { desk, operator, id, body, updateId, settled } = await unknownUpdate('drop-after-apply', {
    isSettling: false,
  });
  for (let n = 0; n < 3; n++) open.push(await startTestDesk({ beside: desk, nigTimeoutMs: 300 }));
  await settled('applied');
  assert.deepEqual(await assertSettled(desk, operator, id), body.new);
  const [row] = await run(desk.db, tallyAsked, [updateId]);
  const asked = (await desk.nig.log()).filter(
    (entry) => entry.method === 'GET' && entry.updateId === updateId,
  ).length;
  assert.deepEqual([row?.asked, asked], [1, 1]);
});

const backToRecorded = statement<never, [id: string]>(
  'test-back-to-recorded',
  "update cpe_update set state = 'recorded', ask_at = now() where id = $1",
);

test('an intent whose process died before it noted anything is settled by the next start', async () => {
  const { desk, operator, id, body, updateId, settled } = await unknownUpdate('drop-after-apply', {
    isSettling: false,
  });
  await run(desk.db, backToRecorded, [updateId]);
  open.push(await startTestDesk({ beside: desk, nigTimeoutMs: 300 }));
  await settled('applied');
  assert.deepEqual(await assertSettled(desk, operator, id), body.new);
});

const endWaiting = statement<{ ended: boolean }>(
  'test-end-waiting',
  `select pg_terminate_backend(pid) as ended from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock'`,
);

test('NIG accepted, the local write breaks off: 504, then applied with the reference that NIG gave', async () => {
  const desk = await startTestDesk({ isSettling: false, nigTimeoutMs: 500 });
  open.push(desk);
  const operator = await desk.as('demo-operator');
  const { id } = await addTestLine(desk.db);
  const body = await updateBody(operator, id, { ipAddress: '10.85.0.2' });
  const client = await desk.db.connect();
  await client.query('begin');
  await client.query('lock table cpe_history in exclusive mode');
  const sent = operator.post(`/ticket/ctt/cpe/update/${id}`, body, { 'idempotency-key': 'k' });
  await until('the write waits for the lock', async () => (await run(desk.db, endWaiting, [])).length > 0);
  const { updateId } = assertProblem(await sent, 'nig-outcome-unknown');
  await client.query('rollback');
  client.release();
  const look = async () =>
    cpeUpdateSchema.parse((await operator.get(`/ticket/ctt/cpe/updates/${updateId}`)).body);
  assert.equal((await look()).state, 'accepted');
  open.push(await startTestDesk({ beside: desk, nigTimeoutMs: 500 }));
  await until('it is applied', async () => (await look()).state === 'applied');
  assert.deepEqual(await assertSettled(desk, operator, id), body.new);
  const again = await operator.post(`/ticket/ctt/cpe/update/${id}`, body, { 'idempotency-key': 'k' });
  assert.equal(again.status, 200);
  assert.equal((await desk.nig.log()).filter(({ method }) => method === 'PUT').length, 1);
});

import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { cpeUpdateSchema } from '@cpe-desk/contract';
import { settleDueUpdates } from '../../../src/cpe-update/settle/settle-updates.ts';
import { run, statement } from '../../../src/platform/database/database.ts';
import { assertProblem } from '../../support/assert-problem.ts';
import { holdLock } from '../../support/hold-lock.ts';
import { assertSettled } from '../../support/invariants.ts';
import { type Client, startTestDesk, type TestDesk, updateBody } from '../../support/test-desk.ts';
import { addTestLine } from '../../support/test-line.ts';
import { until } from '../../support/until.ts';

/* Each update settles on its own: whatever holds one of them up delays no other, on no instance. */

const NIG_TIMEOUT_MS = 300;

const open: TestDesk[] = [];
afterEach(async () => {
  for (const desk of open.splice(0).reverse()) await desk[Symbol.asyncDispose]();
});

let addresses = 0;

const start = async (beside?: TestDesk, isSettling = false): Promise<TestDesk> => {
  const desk = await startTestDesk({
    nigTimeoutMs: NIG_TIMEOUT_MS,
    isSettling,
    ...(beside && { beside }),
  });
  open.push(desk);
  return desk;
};

type Sent = { id: string; lineId: string; updateId: string };

/** An update that NIG took and whose answer was lost. */
const unknownUpdate = async (desk: TestDesk, operator: Client): Promise<Sent> => {
  const { id, lineId } = await addTestLine(desk.db);
  const body = await updateBody(operator, id, { ipAddress: `10.89.0.${++addresses}` });
  await desk.nig.setFaults({ mode: 'drop-after-apply' });
  const answer = await operator.post(`/ticket/ctt/cpe/update/${id}`, body);
  return { id, lineId, updateId: String(assertProblem(answer, 'nig-outcome-unknown').updateId) };
};

const stateOf = async (operator: Client, updateId: string) =>
  cpeUpdateSchema.parse((await operator.get(`/ticket/ctt/cpe/updates/${updateId}`)).body).state;

const isApplied = (operator: Client, { updateId }: Sent) =>
  until(`${updateId} is applied`, async () => (await stateOf(operator, updateId)) === 'applied');

const isAsked = (desk: TestDesk, { updateId }: Sent, times: number) =>
  until(`${updateId} is looked at`, async () => {
    const [row] = await run(desk.db, selectAsked, [updateId]);
    return (row?.asked ?? 0) >= times;
  });

test('an idle transaction holds the CPE of one line: all other updates settle on each instance', async () => {
  const desk = await start();
  const operator = await desk.as('demo-operator');
  const stuck = await unknownUpdate(desk, operator);
  const lock = await holdLock(desk.db, 'select from cpe where service_line_id = $1 for update', [
    stuck.lineId,
  ]);
  for (let n = 0; n < 3; n++) await start(desk, true);
  await isAsked(desk, stuck, 1);
  for (let n = 0; n < 4; n++) {
    const other = await unknownUpdate(desk, operator);
    await isApplied(operator, other);
    assert.notEqual(await stateOf(operator, stuck.updateId), 'applied');
  }
  await lock.release();
  await isApplied(operator, stuck);
  await assertSettled(desk, operator, stuck.id);
});

test('a table is locked for longer than a lock is waited for: everything settles afterwards', async () => {
  const desk = await start();
  const operator = await desk.as('demo-operator');
  await start(desk, true);
  const update = await unknownUpdate(desk, operator);
  const lock = await holdLock(desk.db, 'lock table cpe_update');
  await assert.rejects(settleDueUpdates(desk.deps), /lock timeout/);
  await lock.release();
  await isApplied(operator, update);
  await assertSettled(desk, operator, update.id);
});

test('an update that cannot even be postponed hides no other', async () => {
  const desk = await start();
  const operator = await desk.as('demo-operator');
  const broken = await unknownUpdate(desk, operator);
  const others = [await unknownUpdate(desk, operator), await unknownUpdate(desk, operator)];
  await desk.db.connection.query({ text: refuseChanges(broken.updateId), values: [] });
  await run(desk.db, makeAllDue, []);
  assert.equal(await settleDueUpdates(desk.deps), 3);
  for (const other of others) assert.equal(await stateOf(operator, other.updateId), 'applied');
  assert.equal(await stateOf(operator, broken.updateId), 'unknown');
});

test('two instances that settle the same update at once apply it once', async () => {
  const desk = await start();
  const operator = await desk.as('demo-operator');
  const beside = await start(desk);
  const update = await unknownUpdate(desk, operator);
  const lock = await holdLock(desk.db, 'select from cpe where service_line_id = $1 for update', [
    update.lineId,
  ]);
  await run(desk.db, makeAllDue, []);
  const first = settleDueUpdates(desk.deps);
  await isAsked(desk, update, 1);
  // As when its lease has ended.
  await run(desk.db, makeAllDue, []);
  const second = settleDueUpdates(beside.deps);
  await isAsked(desk, update, 2);
  await lock.release();
  assert.deepEqual(await Promise.all([first, second]), [1, 1]);
  await isApplied(operator, update);
  await assertSettled(desk, operator, update.id);
});

const selectAsked = statement<{ asked: number }, [id: string]>(
  'test-select-asked',
  'select asked from cpe_update where id = $1',
);
const makeAllDue = statement<never>('test-make-all-due', 'update cpe_update set ask_at = now()');

/** Only taking it for a look changes the update. */
const refuseChanges = (updateId: string): string =>
  `create function test_refuse_change() returns trigger language plpgsql as $f$ begin
     if new.asked = old.asked then raise exception 'the test refuses this'; end if;
     return new;
   end $f$;
   create trigger test_refuse_change before update on cpe_update
     for each row when (old.id = '${updateId}' and new.ask_at > now()) execute function test_refuse_change()`;

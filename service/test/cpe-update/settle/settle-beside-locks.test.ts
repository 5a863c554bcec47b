import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settleDueUpdates } from '../../../src/cpe-update/settle/settle-updates.ts';
import { run, statement } from '../../../src/platform/database/database.ts';
import { type TestDesk, useDesk } from '../../support/desk.ts';
import { holdLock } from '../../support/hold-lock.ts';
import { assertSettled } from '../../support/invariants.ts';
import { until } from '../../support/until.ts';
import { leaveUnknown, readUpdate, waitForState } from '../../support/updates.ts';

/* Each update settles alone: what delays one of them delays no other, on no instance. */

const NIG_TIMEOUT_MS = 300;

const start = (beside?: TestDesk, isSettling = false): Promise<TestDesk> =>
  useDesk({ nigTimeoutMs: NIG_TIMEOUT_MS, isSettling, ...(beside && { beside }) });

const stateOf = async ({ operator }: TestDesk, updateId: string) =>
  (await readUpdate(operator, updateId)).state;

const waitUntilAsked = (desk: TestDesk, updateId: string, times: number) =>
  until(`${updateId} is looked up`, async () => {
    const [row] = await run(desk.db, selectAsked, [updateId]);
    return (row?.asked ?? 0) >= times;
  });

test('while an idle transaction locks the CPE of one line, all other updates settle', async () => {
  const desk = await start();
  const { operator } = desk;
  const stuck = await leaveUnknown(desk);
  const lock = await holdLock(desk.db, 'select from cpe where service_line_id = $1 for update', [
    stuck.lineId,
  ]);
  for (let n = 0; n < 3; n++) await start(desk, true);
  await waitUntilAsked(desk, stuck.updateId, 1);
  for (let n = 0; n < 4; n++) {
    const other = await leaveUnknown(desk);
    await waitForState(operator, other.updateId, 'applied');
    assert.notEqual(await stateOf(desk, stuck.updateId), 'applied');
  }
  await lock.release();
  await waitForState(operator, stuck.updateId, 'applied');
  await assertSettled(desk, operator, stuck.id);
});

test('after a table was locked for longer than the lock timeout, every update settles', async () => {
  const desk = await start();
  const { operator } = desk;
  await start(desk, true);
  const update = await leaveUnknown(desk);
  const lock = await holdLock(desk.db, 'lock table cpe_update');
  await assert.rejects(settleDueUpdates(desk.deps), /lock timeout/);
  await lock.release();
  await waitForState(operator, update.updateId, 'applied');
  await assertSettled(desk, operator, update.id);
});

test('an update that cannot be postponed delays no other', async () => {
  const desk = await start();
  const broken = await leaveUnknown(desk);
  const others = [await leaveUnknown(desk), await leaveUnknown(desk)];
  await desk.db.connection.query({ text: refuseChanges(broken.updateId), values: [] });
  await run(desk.db, makeAllDue, []);
  assert.equal(await settleDueUpdates(desk.deps), 3);
  for (const other of others) assert.equal(await stateOf(desk, other.updateId), 'applied');
  assert.equal(await stateOf(desk, broken.updateId), 'unknown');
});

test('two instances that settle one update at the same time apply it once', async () => {
  const desk = await start();
  const { operator } = desk;
  const beside = await start(desk);
  const update = await leaveUnknown(desk);
  const lock = await holdLock(desk.db, 'select from cpe where service_line_id = $1 for update', [
    update.lineId,
  ]);
  await run(desk.db, makeAllDue, []);
  const first = settleDueUpdates(desk.deps);
  await waitUntilAsked(desk, update.updateId, 1);
  // The lease of the first instance has ended.
  await run(desk.db, makeAllDue, []);
  const second = settleDueUpdates(beside.deps);
  await waitUntilAsked(desk, update.updateId, 2);
  await lock.release();
  assert.deepEqual(await Promise.all([first, second]), [1, 1]);
  await waitForState(operator, update.updateId, 'applied');
  await assertSettled(desk, operator, update.id);
});

const selectAsked = statement<{ asked: number }, [id: string]>(
  'test-select-asked',
  'select asked from cpe_update where id = $1',
);
const makeAllDue = statement<never>('test-make-all-due', 'update cpe_update set ask_at = now()');

/** Refuses every change of the update but the one that claims it for a look-up. */
const refuseChanges = (updateId: string): string =>
  `create function test_refuse_change() returns trigger language plpgsql as $f$ begin
     if new.asked = old.asked then raise exception 'the test refuses this'; end if;
     return new;
   end $f$;
   create trigger test_refuse_change before update on cpe_update
     for each row when (old.id = '${updateId}' and new.ask_at > now()) execute function test_refuse_change()`;

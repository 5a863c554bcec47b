import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CpeUpdateState } from '@cpe-desk/contract';
import { settleDueUpdates } from '../../../src/cpe-update/settle/settle-updates.ts';
import { run, statement } from '../../../src/platform/database/database.ts';
import { assertProblem } from '../../support/assert-problem.ts';
import { type TestDeskOptions, useDesk } from '../../support/desk.ts';
import { holdLock } from '../../support/hold-lock.ts';
import { assertSettled } from '../../support/invariants.ts';
import { until } from '../../support/until.ts';
import {
  countSends,
  leaveUnknown,
  postUpdate,
  prepareUpdate,
  readUpdate,
  waitForState,
} from '../../support/updates.ts';

/** A desk, and an update of a new line that failed in `mode`. */
const unknownUpdate = async (
  mode: string,
  options: TestDeskOptions = {},
  lookup: unknown = true,
) => {
  const desk = await useDesk({ nigTimeoutMs: 300, ...options });
  const { operator } = desk;
  const { id, body, updateId } = await leaveUnknown(desk, { mode, lookup });
  const look = () => readUpdate(operator, updateId);
  const settled = (state: CpeUpdateState) => waitForState(operator, updateId, state);
  return { desk, operator, id, body, updateId, look, settled };
};

test('an update that NIG accepted is applied with one history entry', async () => {
  const { desk, operator, id, body, settled } = await unknownUpdate('drop-after-apply');
  const update = await settled('applied');
  assert.match(update.nig.reference ?? '', /^NIG-/);
  assert.deepEqual(await assertSettled(desk, operator, id), body.new);
});

test('an update that NIG never got is abandoned: the old values stay, the claims are free', async () => {
  const { desk, operator, id, body, settled } = await unknownUpdate('drop-before-apply');
  const update = await settled('abandoned');
  const age = Date.parse(update.settledAt ?? '') - Date.parse(update.requestedAt);
  assert.ok(
    age > 3 * 300,
    `NIG's "never" was believed after ${age} ms, while NIG may still have had the update before it`,
  );
  assert.deepEqual(await assertSettled(desk, operator, id), body.current);
  await desk.nig.setFaults();
  assert.equal((await postUpdate(operator, id, body)).status, 200);
});

test('after the deadline an update of unknown outcome needs a person', async () => {
  const { desk, operator, id, body, updateId, settled, look } = await unknownUpdate(
    'hang',
    { settleDeadlineMs: 500 },
    false,
  );
  await settled('needs-attention');
  assert.equal(
    assertProblem(await postUpdate(operator, id, body), 'update-in-progress').updateId,
    updateId,
  );
  // It stays with the person, although NIG can be asked again.
  await desk.nig.setFaults();
  await settleDueUpdates(desk.deps);
  assert.equal((await look()).state, 'needs-attention');
});

test('an update needs a person after the deadline where NIG has no look-up', async () => {
  const { settled } = await unknownUpdate('drop-after-apply', {
    canLookUp: false,
    settleDeadlineMs: 500,
  });
  await settled('needs-attention');
});

test('an update waits while NIG cannot be asked, and settles when it can', async () => {
  const { desk, operator, id, body, look, settled } = await unknownUpdate(
    'drop-after-apply',
    {},
    false,
  );
  await until('NIG did not answer a look-up', async () =>
    (await desk.nig.log()).some(({ method }) => method === 'GET'),
  );
  assert.equal((await look()).state, 'unknown');
  await desk.nig.setFaults();
  await settled('applied');
  assert.deepEqual(await assertSettled(desk, operator, id), body.new);
});

const tallyAsked = statement<{ asked: number }, [id: string]>(
  'test-asked',
  'select asked from cpe_update where id = $1',
);

test('several instances settle an update once', async () => {
  const { desk, operator, id, body, updateId, settled } = await unknownUpdate('drop-after-apply', {
    isSettling: false,
  });
  for (let n = 0; n < 3; n++) await useDesk({ beside: desk, nigTimeoutMs: 300 });
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

test('the next start settles an intent whose process died before it recorded an outcome', async () => {
  const { desk, operator, id, body, updateId, settled } = await unknownUpdate('drop-after-apply', {
    isSettling: false,
  });
  await run(desk.db, backToRecorded, [updateId]);
  await useDesk({ beside: desk, nigTimeoutMs: 300 });
  await settled('applied');
  assert.deepEqual(await assertSettled(desk, operator, id), body.new);
});

const endWaiting = statement<{ ended: boolean }>(
  'test-end-waiting',
  `select pg_terminate_backend(pid) as ended from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock'`,
);

test('an accepted update whose local write is cancelled is answered 504 and applied later', async () => {
  const desk = await useDesk({ isSettling: false, nigTimeoutMs: 500 });
  const { operator } = desk;
  const { id, body, send } = await prepareUpdate(desk);
  const key = { 'idempotency-key': 'k' };
  const lock = await holdLock(desk.db, 'lock table cpe_history in exclusive mode');
  const sent = send(key);
  await until(
    'the write waits for the lock',
    async () => (await run(desk.db, endWaiting, [])).length > 0,
  );
  const { updateId } = assertProblem(await sent, 'nig-outcome-unknown');
  await lock.release();
  assert.equal((await readUpdate(operator, updateId)).state, 'accepted');
  await useDesk({ beside: desk, nigTimeoutMs: 500 });
  await waitForState(operator, updateId, 'applied');
  assert.deepEqual(await assertSettled(desk, operator, id), body.new);
  assert.equal((await send(key)).status, 200);
  assert.equal(await countSends(desk.nig), 1);
});

import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { one, run, statement } from '../../src/platform/database/database.ts';
import { watchStandby } from '../../src/platform/standby.ts';
import { assertProblem } from '../support/assert-problem.ts';
import { startTestDesk, type TestDesk, type TestDeskOptions } from '../support/desk.ts';
import { openGroundAt } from '../support/ground.ts';
import { assertSettled } from '../support/invariants.ts';
import { administer, startTestServer } from '../support/test-server.ts';
import { until } from '../support/until.ts';
import { untilEnd } from '../support/until-end.ts';
import { countSends, prepareUpdate, waitForState, waitUntilSettled } from '../support/updates.ts';

/*
 * A database whose only synchronous standby is gone: every commit waits for it without an end. The
 * server is not the shared one, since the setting applies to all databases of a server.
 */

const stack = untilEnd(new AsyncDisposableStack());
const server = await startTestServer({ durable: true });
stack.defer(server.stop);
const ground = await openGroundAt(server.adminUrl, stack);
const startDesk = (options: TestDeskOptions = {}) =>
  startTestDesk({ nigTimeoutMs: 1500, ...options, beside: ground });
// It does not settle: no other desk may settle what the desk of a test cannot ask about.
const desk = stack.use(await startDesk({ isSettling: false }));
const { operator } = desk;
afterEach(async () => {
  await standby('is there');
  await ground.nig.setFaults();
  await until('the desk is ready again', () => isReady(desk));
});

const standby = async (state: 'is gone' | 'is there'): Promise<void> => {
  const names = state === 'is gone' ? 'nobody' : '';
  await administer(ground.ownerUrl, `alter system set synchronous_standby_names = '${names}'`);
  await administer(ground.ownerUrl, 'select pg_reload_conf()');
  // Each session reads the setting before its next statement; the checkpointer wakes waiting
  // sessions.
  await sleep(200);
};

const selectWaiting = statement<{ count: number }>(
  'test-select-waiting',
  `select count(*) as count from pg_stat_activity where wait_event = 'SyncRep' and datname = current_database()`,
);
const countWaiting = async (): Promise<number> => (await one(ground.db, selectWaiting, [])).count;

const selectStates = statement<{ state: string }, [lineId: string]>(
  'test-select-states',
  'select state from cpe_update where service_line_id = $1 order by requested_at',
);
const statesOf = async (lineId: string) =>
  (await run(ground.db, selectStates, [lineId])).map(({ state }) => state);

const isReady = async ({ origin }: TestDesk) => (await fetch(`${origin}/readyz`)).status === 200;

for (const canLookUp of [true, false])
  test(`an intent without a confirmed commit is not sent (look-up: ${canLookUp})`, async () => {
    await using instance = await startDesk({ canLookUp, settleDeadlineMs: 600_000 });
    const client = instance.operator;
    const { id, lineId, body, send } = await prepareUpdate(instance);
    const other = await prepareUpdate(instance);
    await standby('is gone');

    const refused = assertProblem(await send(), 'unavailable');
    assert.match(String(refused.detail), /Nothing was or will be sent to NIG/);
    const next = await other.send();
    assertProblem(next, 'unavailable');
    assert.match(next.headers.get('retry-after') ?? '', /^\d+$/);
    assert.equal((await client.get(`/ticket/ctt/${id}`)).status, 200, 'reading goes on');
    assert.equal((await fetch(`${instance.origin}/healthz`)).status, 200);
    const ready = await fetch(`${instance.origin}/readyz`);
    assert.equal(ready.status, 503);
    assert.match(await ready.text(), /does not confirm commits/);

    await standby('is there');
    await until('the intent is abandoned', async () => (await statesOf(lineId))[0] === 'abandoned');
    await until('the desk is ready again', () => isReady(instance));
    assert.equal(await countSends(ground.nig, lineId), 0);
    assert.deepEqual(await statesOf(other.lineId), [], 'the second intent was not recorded');
    assert.equal((await send()).status, 200);
    assert.deepEqual(await assertSettled(instance, client, id), body.new);
  });

test('while commits are not confirmed, at most the connections of the pool hang', async () => {
  const lines = await Promise.all(Array.from({ length: 20 }, () => prepareUpdate(desk)));
  await standby('is gone');
  for (const { send } of lines.slice(0, 3)) assertProblem(await send(), 'unavailable');
  const answers = await Promise.all(lines.map(({ send }) => send()));
  for (const answer of answers) assertProblem(answer, 'unavailable');
  await sleep(7000); // The probe hangs and is dropped more than once.
  const waiting = await countWaiting();
  assert.ok(waiting > 0 && waiting <= 10, `${waiting} sessions wait for the standby`);
  assert.equal((await operator.get(`/ticket/ctt/${lines[0]?.id}`)).status, 200);

  await standby('is there');
  await until('the desk is ready again', () => isReady(desk));
  for (const { id } of lines) await waitUntilSettled(operator, id);
  for (const { lineId } of lines) assert.equal(await countSends(ground.nig, lineId), 0);
});

test('an accepted update without a confirmed commit is unknown, and applied later', async () => {
  const { id, lineId, body, send } = await prepareUpdate(desk);
  await ground.nig.setFaults({ latencyMs: 1000 });
  const answered = send();
  await until('the intent is recorded', async () => (await statesOf(lineId)).length === 1);
  await standby('is gone');
  const answer = await answered;
  const { updateId } = assertProblem(answer, 'nig-outcome-unknown');
  assert.equal(answer.headers.get('location'), `/ticket/ctt/cpe/updates/${updateId}`);

  await standby('is there');
  await using settling = await startDesk();
  assert.ok(settling);
  await waitForState(operator, updateId, 'applied');
  assert.deepEqual(await assertSettled(desk, operator, id), body.new);
  assert.equal(await countSends(ground.nig, lineId), 1);
});

const cancelWaiting = statement<{ cancelled: boolean }>(
  'test-cancel-waiting',
  `select pg_cancel_backend(pid) as cancelled from pg_stat_activity where wait_event = 'SyncRep'`,
);

test('a commit that the server confirms without its standby does not count', async () => {
  const { id, lineId, send } = await prepareUpdate(desk);
  await standby('is gone');
  const answered = send();
  await until('the commit waits', async () => (await countWaiting()) > 0);
  await run(ground.db, cancelWaiting, []);
  const refused = assertProblem(await answered, 'unavailable');
  assert.match(String(refused.detail), /Nothing was or will be sent to NIG/);
  assert.deepEqual(await statesOf(lineId), ['recorded'], 'the server has it');
  await standby('is there');
  await until('the intent is abandoned', async () => (await statesOf(lineId))[0] === 'abandoned');
  assert.equal(await countSends(ground.nig, lineId), 0);
  assert.equal((await send()).status, 200);
  await assertSettled(desk, operator, id);
});

test('a desk says when its commits wait for no standby, and takes no requests if it must not', async () => {
  const warnings: string[] = [];
  const warn = (_: unknown, text?: string) => void warnings.push(text ?? '');
  const log = { warn, error: warn };
  const watch = watchStandby(ground.db, 'require', log);
  try {
    assert.match((await watch.check.fault()) ?? '', /^commits wait for no standby, so a failover/);
    assert.equal(watch.isSynchronous(), false);
    assert.deepEqual(warnings, [await watch.check.fault()], 'logged when it begins');
    await standby('is gone');
    assert.equal(await watch.check.fault(), undefined, 'commits wait, though nobody answers');
    assert.equal(watch.isSynchronous(), true);
  } finally {
    await watch.stop();
  }
});

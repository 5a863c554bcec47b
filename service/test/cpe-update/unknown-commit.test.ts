import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { cpeUpdateSchema } from '@cpe-desk/contract';
import { loadCatalogue } from '../../src/line/catalogue/load-catalogue.ts';
import { makeApplicationRole } from '../../src/platform/database/application-role.ts';
import { one, openDatabase, type Pool, run, statement } from '../../src/platform/database/database.ts';
import { grantApplication } from '../../src/platform/schema/grant-application.ts';
import { migrate } from '../../src/platform/schema/migrate.ts';
import { assertProblem } from '../support/assert-problem.ts';
import { assertSettled } from '../support/invariants.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { type Client, startTestDesk, type TestDesk, updateBody } from '../support/test-desk.ts';
import { addTestLine } from '../support/test-line.ts';
import { startTestNig, type TestNig } from '../support/test-nig.ts';
import { administer, startTestServer } from '../support/test-server.ts';
import { until } from '../support/until.ts';

/*
 * A database whose only synchronous standby is gone: a commit waits for it, without an end. The server
 * is one of its own, since the setting holds for all databases of a server.
 */

let stack: AsyncDisposableStack;
let desk: TestDesk;
let operator: Client;

/** What all desks here share. */
let ground: { db: Pool; ownerUrl: string; databaseUrl: string; nig: TestNig };

const startDesk = async (options: Parameters<typeof startTestDesk>[0] = {}) => {
  const placeholder = { origin: '', deps: {} as TestDesk['deps'], as: async () => ({}) as Client };
  const beside = { ...ground, ...placeholder, [Symbol.asyncDispose]: async () => {} };
  return startTestDesk({ nigTimeoutMs: 1500, ...options, beside });
};

before(async () => {
  stack = new AsyncDisposableStack();
  const server = await startTestServer({ durable: true });
  stack.defer(server.stop);
  const { adminUrl: ownerUrl } = server;
  await migrate(ownerUrl);
  const databaseUrl = await makeApplicationRole(ownerUrl);
  await grantApplication(ownerUrl, new URL(databaseUrl).username);
  const db = openDatabase(ownerUrl, { max: 3, log: { warn: () => {} } });
  stack.defer(db.end);
  await loadCatalogue(db);
  const nig = await startTestNig(stack.use(await tempFolder()).path);
  stack.defer(() => nig.stop());
  ground = { db, ownerUrl, databaseUrl, nig };
  // Only a desk of a test settles: what it cannot ask about, no other one may settle for it.
  desk = stack.use(await startDesk({ isSettling: false }));
  operator = await desk.as('demo-operator');
});
after(() => stack.disposeAsync());
afterEach(async () => {
  await standby('is there');
  await ground.nig.setFaults({ mode: 'none' });
  await until('the desk is ready again', () => isReady(desk));
});

const standby = async (state: 'is gone' | 'is there'): Promise<void> => {
  const names = state === 'is gone' ? 'nobody' : '';
  await administer(ground.ownerUrl, `alter system set synchronous_standby_names = '${names}'`);
  await administer(ground.ownerUrl, 'select pg_reload_conf()');
  // Each session takes the setting up before its next statement; the checkpointer tells those that wait.
  await sleep(200);
};

const selectWaiting = statement<{ count: number }>(
  'test-select-waiting',
  `select count(*) as count from pg_stat_activity where wait_event = 'SyncRep' and datname = current_database()`,
);
const countWaiting = async (): Promise<number> => (await one(ground.db, selectWaiting, [])).count;

let addresses = 0;
const aLine = async (client = operator) => {
  const { id, lineId } = await addTestLine(ground.db);
  const body = await updateBody(client, id, { ipAddress: `10.97.0.${++addresses}` });
  return { id, lineId, body, send: () => client.post(`/ticket/ctt/cpe/update/${id}`, body) };
};

const selectStates = statement<{ state: string }, [lineId: string]>(
  'test-select-states',
  'select state from cpe_update where service_line_id = $1 order by requested_at',
);
const statesOf = async (lineId: string) =>
  (await run(ground.db, selectStates, [lineId])).map(({ state }) => state);

const sendsOf = async (lineId: string) =>
  (await ground.nig.log()).filter(
    ({ method, serviceLineId }) => method === 'PUT' && serviceLineId === lineId,
  );

const isReady = async ({ origin }: TestDesk) => (await fetch(`${origin}/readyz`)).status === 200;

for (const canLookUp of [true, false])
  test(`an intent that is not confirmed is never sent, and abandoned later (a NIG that can${canLookUp ? '' : 'not'} be asked)`, async () => {
    await using instance = await startDesk({ canLookUp, settleDeadlineMs: 600_000 });
    const client = await instance.as('demo-operator');
    const { id, lineId, body, send } = await aLine(client);
    const other = await aLine(client);
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
    assert.deepEqual(await sendsOf(lineId), []);
    assert.deepEqual(await statesOf(other.lineId), [], 'the second one was not even recorded');
    assert.equal((await send()).status, 200);
    assert.deepEqual(await assertSettled(instance, client, id), body.new);
  });

test('while commits are not confirmed, the connections that hang are no more than the pool has', async () => {
  const lines = await Promise.all(Array.from({ length: 20 }, () => aLine()));
  await standby('is gone');
  for (const { send } of lines.slice(0, 3)) assertProblem(await send(), 'unavailable');
  const answers = await Promise.all(lines.map(({ send }) => send()));
  for (const answer of answers) assertProblem(answer, 'unavailable');
  await sleep(7000); // The probe hangs too, and is dropped, more than once.
  const waiting = await countWaiting();
  assert.ok(waiting > 0 && waiting <= 10, `${waiting} sessions wait for the standby`);
  assert.equal((await operator.get(`/ticket/ctt/${lines[0]?.id}`)).status, 200);

  await standby('is there');
  await until('the desk is ready again', () => isReady(desk));
  for (const { id } of lines)
    await until(`${id} has nothing unsettled`, async () => {
      const { body } = await operator.get(`/ticket/ctt/${id}`);
      return JSON.stringify(body).includes('"unsettledUpdate":null');
    });
  for (const { lineId } of lines) assert.deepEqual(await sendsOf(lineId), []);
});

test('an update that NIG accepted and that is not confirmed is unknown to its caller, and applied later', async () => {
  const { id, lineId, body, send } = await aLine();
  await ground.nig.setFaults({ mode: 'none', latencyMs: 1000 });
  const answered = send();
  await until('the intent is recorded', async () => (await statesOf(lineId)).length === 1);
  await standby('is gone');
  const answer = await answered;
  const { updateId } = assertProblem(answer, 'nig-outcome-unknown');
  assert.equal(answer.headers.get('location'), `/ticket/ctt/cpe/updates/${updateId}`);

  await standby('is there');
  await using settling = await startDesk();
  assert.ok(settling);
  await until('the update is applied', async () => {
    const found = await operator.get(`/ticket/ctt/cpe/updates/${updateId}`);
    return cpeUpdateSchema.parse(found.body).state === 'applied';
  });
  assert.deepEqual(await assertSettled(desk, operator, id), body.new);
  assert.equal((await sendsOf(lineId)).length, 1);
});

const cancelWaiting = statement<{ cancelled: boolean }>(
  'test-cancel-waiting',
  `select pg_cancel_backend(pid) as cancelled from pg_stat_activity where wait_event = 'SyncRep'`,
);

test('a commit that the server confirms without its standby is not confirmed', async () => {
  const { id, lineId, send } = await aLine();
  await standby('is gone');
  const answered = send();
  await until('the commit waits', async () => (await countWaiting()) > 0);
  await run(ground.db, cancelWaiting, []);
  const refused = assertProblem(await answered, 'unavailable');
  assert.match(String(refused.detail), /Nothing was or will be sent to NIG/);
  assert.deepEqual(await statesOf(lineId), ['recorded'], 'the server has it');
  await standby('is there');
  await until('the intent is abandoned', async () => (await statesOf(lineId))[0] === 'abandoned');
  assert.deepEqual(await sendsOf(lineId), []);
  assert.equal((await send()).status, 200);
  await assertSettled(desk, operator, id);
});

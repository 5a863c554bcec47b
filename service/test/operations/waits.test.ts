import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { pino } from 'pino';
import { one, run, statement } from '../../src/platform/database/database.ts';
import { assertProblem } from '../support/assert-problem.ts';
import { holdLock } from '../support/hold-lock.ts';
import { assertSettled } from '../support/invariants.ts';
import { openTcpLine } from '../support/tcp-line.ts';
import { type Client, startTestDesk, type TestDesk, updateBody } from '../support/test-desk.ts';
import { addTestLine } from '../support/test-line.ts';
import { administer } from '../support/test-server.ts';
import { until } from '../support/until.ts';

let desk: TestDesk;
let operator: Client;

before(async () => {
  desk = await startTestDesk();
  operator = await desk.as('demo-operator');
});
after(() => desk[Symbol.asyncDispose]());

let addresses = 0;
const aLine = async (client = operator) => {
  const { id, lineId } = await addTestLine(desk.db);
  const body = await updateBody(client, id, { ipAddress: `10.99.0.${++addresses}` });
  return { id, lineId, body, send: () => client.post(`/ticket/ctt/cpe/update/${id}`, body) };
};

const assertUnavailable = (answer: Awaited<ReturnType<Client['get']>>, detail: RegExp): void => {
  assert.match(String(assertProblem(answer, 'unavailable').detail), detail);
  assert.match(answer.headers.get('retry-after') ?? '', /^\d+$/);
};

const metricsOf = async ({ origin }: TestDesk) => (await fetch(`${origin}/metrics`)).text();

test('a table is locked: what needs it answers 503, and nothing else waits', async () => {
  const { id, send } = await aLine();
  const lock = await holdLock(desk.db, 'lock table cpe_update');
  try {
    const [read, update, metrics] = await Promise.all([
      operator.get(`/ticket/ctt/${id}`),
      send(),
      metricsOf(desk),
    ]);
    assertUnavailable(read, /other work blocks it/);
    assertUnavailable(update, /other work blocks it/);
    assert.match(metrics, /^cpe_desk_database_metrics_up 0$/m);
    assert.doesNotMatch(metrics, /^cpe_desk_unsettled_updates\{/m);
    assert.match(metrics, /^cpe_desk_nig_available 1$/m);
    assert.equal((await operator.get('/catalog/models')).status, 200);
    for (const path of ['/readyz', '/healthz']) assert.equal((await operator.get(path)).status, 200);
  } finally {
    await lock.release();
  }
  assert.equal((await send()).status, 200);
  assert.match(await metricsOf(desk), /^cpe_desk_database_metrics_up 1$/m);
});

const countUpdates = statement<{ count: number }, [lineId: string]>(
  'test-count-updates',
  'select count(*) as count from cpe_update where service_line_id = $1',
);

test('a CPE is locked before the intent: the update answers 503, and nothing was recorded', async () => {
  const { lineId, send } = await aLine();
  const lock = await holdLock(desk.db, 'select from cpe where service_line_id = $1 for update', [lineId]);
  try {
    assertUnavailable(await send(), /other work blocks it/);
  } finally {
    await lock.release();
  }
  assert.deepEqual(await one(desk.db, countUpdates, [lineId]), { count: 0 });
  assert.equal((await send()).status, 200);
});

test('a CPE is locked after NIG accepted: the update answers 504 with its id, and is applied later', async () => {
  const { id, lineId, body, send } = await aLine();
  await desk.nig.setFaults({ mode: 'none', latencyMs: 700 });
  const answered = send();
  await until('the intent is recorded', async () => (await one(desk.db, countUpdates, [lineId])).count > 0);
  const lock = await holdLock(desk.db, 'select from cpe where service_line_id = $1 for update', [lineId]);
  try {
    const answer = await answered;
    const { updateId } = assertProblem(answer, 'nig-outcome-unknown');
    assert.equal(answer.headers.get('location'), `/ticket/ctt/cpe/updates/${updateId}`);
  } finally {
    await lock.release();
    await desk.nig.setFaults({ mode: 'none' });
  }
  await until('the update is applied', async () =>
    JSON.stringify((await operator.get(`/ticket/ctt/${id}`)).body).includes('"unsettledUpdate":null'),
  );
  assert.deepEqual(await assertSettled(desk, operator, id), body.new);
});

const readOnly = (value: 'on' | 'off') => {
  const { pathname, username } = new URL(desk.databaseUrl);
  return administer(
    desk.ownerUrl,
    `alter role ${username} in database ${pathname.slice(1)} set default_transaction_read_only = ${value}`,
  );
};

test('a database that only reads: reading works, an update answers 503 with the reason', async () => {
  const { id, lineId, body } = await aLine();
  await using beside = await startTestDesk({ beside: desk, isSettling: false });
  const client = await beside.as('demo-operator');
  await readOnly('on');
  try {
    // A session has the default that was there when it began.
    await run(desk.db, endSessions, []);
    await until('reading works', async () => (await client.get(`/ticket/ctt/${id}`)).status === 200);
    await until('writing is refused', async () => {
      const answer = await client.post(`/ticket/ctt/cpe/update/${id}`, body);
      return String(assertProblem(answer, 'unavailable').detail).includes('it is read-only or recovering');
    });
    assert.deepEqual(await one(desk.db, countUpdates, [lineId]), { count: 0 });
  } finally {
    await readOnly('off');
    await run(desk.db, endSessions, []);
  }
  await until(
    'an update works again',
    async () => (await client.post(`/ticket/ctt/cpe/update/${id}`, body)).status === 200,
  );
});
const endSessions = statement<{ ended: boolean }>(
  'test-end-sessions',
  `select pg_terminate_backend(pid) as ended from pg_stat_activity
    where datname = current_database() and application_name = 'cpe-desk' and usename <> current_user`,
);

test('a silent database: each request has an answer, and all is well when it speaks again', async () => {
  await using line = await openTcpLine(desk.databaseUrl);
  await using beside = await startTestDesk({ beside: { ...desk, databaseUrl: line.url } });
  const client = await beside.as('demo-operator');
  const { id, body, send } = await aLine(client);
  line.pause();
  const [read, update, list, metrics, alive] = await Promise.all([
    client.get(`/ticket/ctt/${id}`),
    send(),
    client.get('/ticket/ctt?q=customer'),
    metricsOf(beside),
    client.get('/healthz'),
  ]);
  for (const answer of [read, update, list]) assertUnavailable(answer, /does not answer|cannot be reached/);
  assert.match(metrics, /^cpe_desk_database_metrics_up 0$/m);
  assert.doesNotMatch(metrics, /^cpe_desk_drift_lines/m, 'no figure is made up');
  assert.equal(alive.status, 200);
  line.resume();
  await until('an update works again', async () => (await send()).status === 200);
  assert.deepEqual(await assertSettled(beside, client, id), body.new);
});

const selectWaiting = statement<{ pid: number }>(
  'test-select-waiting-session',
  `select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
);
const selectState = statement<{ state: string }, [pid: number]>(
  'test-select-session-state',
  'select state from pg_stat_activity where pid = $1',
);

/** Sends to a desk a request whose statement waits for a lock on a table, and leaves. Answers the waiting session. */
const leaveWaiting = async (at: TestDesk, path: string, init: RequestInit): Promise<number> => {
  const left = new AbortController();
  const { authorization } = await at.as('demo-operator');
  const headers = { authorization, 'content-type': 'application/json' };
  const asked = fetch(`${at.origin}${path}`, { ...init, headers, signal: left.signal }).then((answer) =>
    answer.text(),
  );
  const gone = assert.rejects(asked, { name: 'AbortError' });
  const { pid } = await until('the statement waits', async () => (await run(at.db, selectWaiting, []))[0]);
  left.abort();
  await gone;
  return pid;
};

for (const [what, path] of [
  ['a ticket', '/ticket/ctt/any'],
  ['a search', '/ticket/ctt?q=customer'],
  ['an export', '/ticket/ctt/export.csv?q=customer'],
] as const)
  test(`whoever asked for ${what} leaves: its statement is cancelled, and its connection is used again`, async () => {
    const logged: string[] = [];
    const log = pino({ level: 'warn' }, { write: (line: string) => void logged.push(line) });
    // Of its own: nothing else waits for the table.
    await using quiet = await startTestDesk({ isSettling: false, log });
    const lock = await holdLock(quiet.db, 'lock table service_line');
    try {
      const pid = await leaveWaiting(quiet, path, {});
      await until('the session is idle', async () => {
        const [session] = await run(quiet.db, selectState, [pid]);
        assert.ok(session, 'the connection was not dropped');
        return session.state === 'idle';
      });
      assert.deepEqual(logged, [], 'no limit ended it');
    } finally {
      await lock.release();
    }
  });

test('whoever sent an update leaves: it is recorded and applied all the same', async () => {
  const { id, lineId, body } = await aLine();
  const lock = await holdLock(desk.db, 'select from cpe where service_line_id = $1 for update', [lineId]);
  const init = { method: 'POST', body: JSON.stringify(body) };
  await leaveWaiting(desk, `/ticket/ctt/cpe/update/${id}`, init);
  await lock.release();
  await until('the update is recorded', async () => (await one(desk.db, countUpdates, [lineId])).count > 0);
  await until('the update is settled', async () =>
    JSON.stringify((await operator.get(`/ticket/ctt/${id}`)).body).includes('"unsettledUpdate":null'),
  );
  assert.deepEqual(await assertSettled(desk, operator, id), body.new);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pino } from 'pino';
import { one, run, statement } from '../../src/platform/database/database.ts';
import { assertProblem } from '../support/assert-problem.ts';
import type { Client } from '../support/client.ts';
import { startTestDesk, type TestDesk, useDesk } from '../support/desk.ts';
import { holdLock } from '../support/hold-lock.ts';
import { assertSettled } from '../support/invariants.ts';
import { readMetrics } from '../support/read-metrics.ts';
import { setReadOnly } from '../support/set-read-only.ts';
import { openTcpLine } from '../support/tcp-line.ts';
import { until } from '../support/until.ts';
import { postUpdate, prepareUpdate, waitUntilSettled } from '../support/updates.ts';

const desk = await useDesk();
const { operator } = desk;

const assertUnavailable = (answer: Awaited<ReturnType<Client['get']>>, detail: RegExp): void => {
  assert.match(String(assertProblem(answer, 'unavailable').detail), detail);
  assert.match(answer.headers.get('retry-after') ?? '', /^\d+$/);
};

test('while a table is locked, requests that need it are answered 503 and others succeed', async () => {
  const { id, send } = await prepareUpdate(desk);
  const lock = await holdLock(desk.db, 'lock table cpe_update');
  try {
    const [read, update, metrics] = await Promise.all([
      operator.get(`/ticket/ctt/${id}`),
      send(),
      readMetrics(desk),
    ]);
    assertUnavailable(read, /other work blocks it/);
    assertUnavailable(update, /other work blocks it/);
    assert.match(metrics, /^cpe_desk_database_metrics_up 0$/m);
    assert.doesNotMatch(metrics, /^cpe_desk_unsettled_updates\{/m);
    assert.match(metrics, /^cpe_desk_nig_available 1$/m);
    assert.equal((await operator.get('/catalog/models')).status, 200);
    for (const path of ['/readyz', '/healthz'])
      assert.equal((await operator.get(path)).status, 200);
  } finally {
    await lock.release();
  }
  assert.equal((await send()).status, 200);
  assert.match(await readMetrics(desk), /^cpe_desk_database_metrics_up 1$/m);
});

const countUpdates = statement<{ count: number }, [lineId: string]>(
  'test-count-updates',
  'select count(*) as count from cpe_update where service_line_id = $1',
);

test('an update whose CPE is locked before the intent is answered 503 and not recorded', async () => {
  const { lineId, send } = await prepareUpdate(desk);
  const lock = await holdLock(desk.db, 'select from cpe where service_line_id = $1 for update', [
    lineId,
  ]);
  try {
    assertUnavailable(await send(), /other work blocks it/);
  } finally {
    await lock.release();
  }
  assert.deepEqual(await one(desk.db, countUpdates, [lineId]), { count: 0 });
  assert.equal((await send()).status, 200);
});

test('an update whose CPE is locked after NIG accepted is unknown, and applied later', async () => {
  const { id, lineId, body, send } = await prepareUpdate(desk);
  await desk.nig.setFaults({ latencyMs: 700 });
  const answered = send();
  await until(
    'the intent is recorded',
    async () => (await one(desk.db, countUpdates, [lineId])).count > 0,
  );
  const lock = await holdLock(desk.db, 'select from cpe where service_line_id = $1 for update', [
    lineId,
  ]);
  try {
    const answer = await answered;
    const { updateId } = assertProblem(answer, 'nig-outcome-unknown');
    assert.equal(answer.headers.get('location'), `/ticket/ctt/cpe/updates/${updateId}`);
  } finally {
    await lock.release();
  }
  await waitUntilSettled(operator, id);
  assert.deepEqual(await assertSettled(desk, operator, id), body.new);
});

test('while the database is read-only, reading works and an update is answered 503', async () => {
  const { id, lineId, body } = await prepareUpdate(desk);
  await using beside = await startTestDesk({ beside: desk, isSettling: false });
  const client = beside.operator;
  await setReadOnly(desk, 'on');
  try {
    // A session keeps the default of its beginning.
    await run(desk.db, endSessions, []);
    await until(
      'reading works',
      async () => (await client.get(`/ticket/ctt/${id}`)).status === 200,
    );
    await until('writing is refused', async () => {
      const answer = await postUpdate(client, id, body);
      return String(assertProblem(answer, 'unavailable').detail).includes(
        'it is read-only or recovering',
      );
    });
    assert.deepEqual(await one(desk.db, countUpdates, [lineId]), { count: 0 });
  } finally {
    await setReadOnly(desk, 'off');
    await run(desk.db, endSessions, []);
  }
  await until(
    'an update works again',
    async () => (await postUpdate(client, id, body)).status === 200,
  );
});
const endSessions = statement<{ ended: boolean }>(
  'test-end-sessions',
  `select pg_terminate_backend(pid) as ended from pg_stat_activity
    where datname = current_database() and application_name = 'cpe-desk' and usename <> current_user`,
);

test('while the database is silent each request is answered, and the desk recovers with it', async () => {
  await using line = await openTcpLine(desk.databaseUrl);
  await using beside = await startTestDesk({ beside: { ...desk, databaseUrl: line.url } });
  const client = beside.operator;
  const { id, body, send } = await prepareUpdate(beside);
  line.pause();
  const [read, update, list, metrics, alive] = await Promise.all([
    client.get(`/ticket/ctt/${id}`),
    send(),
    client.get('/ticket/ctt?q=customer'),
    client.get('/metrics'),
    client.get('/healthz'),
  ]);
  for (const answer of [read, update, list])
    assertUnavailable(answer, /does not answer|cannot be reached/);
  assert.match(String(metrics.body), /^cpe_desk_database_metrics_up 0$/m);
  assert.doesNotMatch(
    String(metrics.body),
    /^cpe_desk_drift_lines/m,
    'an unknown figure is left out',
  );
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

/** Cancels a request while its statement waits for a lock; answers the session that waits. */
const leaveWaiting = async (at: TestDesk, path: string, body?: object): Promise<number> => {
  const left = new AbortController();
  const headers = { 'content-type': 'application/json' };
  const init = body === undefined ? {} : { method: 'POST', headers, body: JSON.stringify(body) };
  const asked = at.operator
    .fetch(path, { ...init, signal: left.signal })
    .then((answer) => answer.text());
  const gone = assert.rejects(asked, { name: 'AbortError' });
  const { pid } = await until(
    'the statement waits',
    async () => (await run(at.db, selectWaiting, []))[0],
  );
  left.abort();
  await gone;
  return pid;
};

for (const [what, path] of [
  ['a ticket', '/ticket/ctt/any'],
  ['a search', '/ticket/ctt?q=customer'],
  ['an export', '/ticket/ctt/export.csv?q=customer'],
] as const)
  test(`when the caller of ${what} leaves, its statement is cancelled`, async () => {
    const logged: string[] = [];
    const log = pino({ level: 'warn' }, { write: (line: string) => void logged.push(line) });
    // Nothing else waits for the table of this desk.
    await using quiet = await startTestDesk({ isSettling: false, log });
    const lock = await holdLock(quiet.db, 'lock table service_line');
    try {
      const pid = await leaveWaiting(quiet, path);
      await until('the session is idle', async () => {
        const [session] = await run(quiet.db, selectState, [pid]);
        assert.ok(session, 'the connection was not dropped');
        return session.state === 'idle';
      });
      assert.deepEqual(logged, [], 'no limit ended the statement');
    } finally {
      await lock.release();
    }
  });

test('an update whose caller leaves is recorded and applied', async () => {
  const { id, lineId, body } = await prepareUpdate(desk);
  const lock = await holdLock(desk.db, 'select from cpe where service_line_id = $1 for update', [
    lineId,
  ]);
  await leaveWaiting(desk, `/ticket/ctt/cpe/update/${id}`, body);
  await lock.release();
  await until(
    'the update is recorded',
    async () => (await one(desk.db, countUpdates, [lineId])).count > 0,
  );
  await waitUntilSettled(operator, id);
  assert.deepEqual(await assertSettled(desk, operator, id), body.new);
});

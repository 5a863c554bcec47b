import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type CpeUpdateLiveEvent, cpeUpdateEventSchema, pingEventSchema } from '@cpe-desk/contract';
import { run, statement } from '../../src/platform/database/database.ts';
import { newBrowser, signIn } from '../access/sign-in/browser.ts';
import { assertProblem } from '../support/assert-problem.ts';
import type { Client } from '../support/client.ts';
import { startTestDesk, type TestDesk, useDesk } from '../support/desk.ts';
import { readAllEvents, readEvents } from '../support/read-events.ts';
import { addTestLine, addTestTicket } from '../support/test-line.ts';
import { until } from '../support/until.ts';
import { updateBody, updateCpe } from '../support/updates.ts';

const desk = await useDesk();
const { operator } = desk;

/** Follows a stream as a browser's EventSource does. */
const follow = async (path: string, client = operator) => {
  const aborted = new AbortController();
  const answer = await client.fetch(path, { signal: aborted.signal });
  assert.equal(answer.headers.get('content-type'), 'text/event-stream; charset=utf-8');
  const events: CpeUpdateLiveEvent[] = [];
  let hasEnded = false;
  const reading = readEvents(answer, 'cpe-update', (data) => {
    events.push(cpeUpdateEventSchema.parse(data));
  }).finally(() => {
    hasEnded = true;
  });
  return {
    events,
    hasEnded: () => hasEnded,
    states: (updateId: string) =>
      events.filter((event) => event.updateId === updateId).map(({ state }) => state),
    async [Symbol.asyncDispose]() {
      aborted.abort();
      await reading;
    },
  };
};

const makeSessionsIdle = statement<never>(
  'test-make-sessions-idle',
  `update portal_session set seen_at = now() - interval '30 minutes'`,
);
const countIdleSessions = statement<{ count: number }>(
  'test-count-idle-sessions',
  `select count(*) as count from portal_session where seen_at < now() - interval '29 minutes'`,
);

const refresh = async (id: string, client = operator): Promise<string> =>
  (await updateCpe(client, id)).updateId;

test('the stream of a ticket has the updates of its line on any ticket, and no others', async () => {
  const [{ id, lineId }, other] = [await addTestLine(desk.db), await addTestLine(desk.db)];
  const second = await addTestTicket(desk.db, lineId);
  await using listener = await follow(`/ticket/ctt/events?id=${id}`);
  await refresh(other.id);
  const updateId = await refresh(second);
  await until('the event', async () => listener.states(updateId).includes('applied'));
  assert.deepEqual(
    listener.events.map(({ state, cttId, by }) => [state, cttId, by]),
    [
      ['recorded', second, 'Olivia Operator'],
      ['applied', second, 'Olivia Operator'],
    ],
  );
});

test('a stream without a ticket has the updates of the caller’s segment groups, and no others', async () => {
  const sme = await addTestLine(desk.db, { segmentGroup: 'SME' });
  const enterprise = await addTestLine(desk.db, { segmentGroup: 'ENTERPRISE' });
  await using all = await follow('/ticket/ctt/events', desk.reviewer);
  await using some = await follow('/ticket/ctt/events', desk.as('demo-operator-sme'));
  const [hidden, seen] = [await refresh(enterprise.id), await refresh(sme.id)];
  await until(
    'both events',
    async () => all.states(seen).includes('applied') && some.states(seen).includes('applied'),
  );
  assert.deepEqual(all.states(hidden), ['recorded', 'applied']);
  assert.deepEqual(some.states(hidden), []);
});

test('a stream has no preview, no refused update and no update that was rolled back', async () => {
  const [{ id }, taken] = [await addTestLine(desk.db), await addTestLine(desk.db)];
  await using listener = await follow(`/ticket/ctt/events?id=${id}`);
  const { current } = await updateBody(operator, taken.id);
  await operator.post(`/ticket/ctt/cpe/preview/${id}`, await updateBody(operator, id));
  // The transaction announces this update before it finds that the address is in use.
  const refused = await updateBody(operator, id, { ipAddress: current.ipAddress });
  assertProblem(await operator.post(`/ticket/ctt/cpe/update/${id}`, refused), 'value-in-use');
  const updateId = await refresh(id);
  await until('the event', async () => listener.states(updateId).includes('applied'));
  assert.deepEqual(
    listener.events.map((event) => event.updateId),
    [updateId, updateId],
  );
});

test('a stream has the updates of other instances', async () => {
  await using beside = await startTestDesk({ beside: desk });
  const { id } = await addTestLine(desk.db);
  await using listener = await follow(`/ticket/ctt/events?id=${id}`);
  const updateId = await refresh(id, beside.supervisor);
  await until('the event', async () => listener.states(updateId).includes('applied'));
});

test('the stream of a ticket that the caller may not see is refused', async () => {
  const { id } = await addTestLine(desk.db, { segmentGroup: 'GOVERNMENT' });
  const sme = desk.as('demo-operator-sme');
  for (const path of [id, `${id}&id=${id}`, 'none', '%00'])
    assertProblem(await sme.get(`/ticket/ctt/events?id=${path}`), 'ctt-not-found');
});

/** All events of a stream, by their names. */
const followAll = async (client: Client, query: string) => {
  const aborted = new AbortController();
  const answer = await client.fetch(`/ticket/ctt/events${query}`, { signal: aborted.signal });
  assert.equal(answer.status, 200);
  const events: { name: string; data: Record<string, unknown> }[] = [];
  const reading = readAllEvents(answer, (name, data) => {
    events.push({ name, data: data as Record<string, unknown> });
  });
  return {
    of: (name: string) => events.filter((event) => event.name === name).map(({ data }) => data),
    async [Symbol.asyncDispose]() {
      aborted.abort();
      await reading;
    },
  };
};

test('the stream of several tickets has the updates of their lines, and no others', async () => {
  const [one, two, other] = [
    await addTestLine(desk.db),
    await addTestLine(desk.db),
    await addTestLine(desk.db),
  ];
  await using listener = await follow(`/ticket/ctt/events?id=${one.id}&id=${two.id}&id=${one.id}`);
  await refresh(other.id);
  const updates = [await refresh(one.id), await refresh(two.id)];
  await until('both', async () => updates.every((id) => listener.states(id).includes('applied')));
  assert.deepEqual(
    listener.events.map(({ state, cttId }) => [state, cttId]),
    [
      ['recorded', one.id],
      ['applied', one.id],
      ['recorded', two.id],
      ['applied', two.id],
    ],
  );
});

test('of several tickets those that the caller may not see are reported as gone', async () => {
  const hidden = await addTestLine(desk.db, { segmentGroup: 'GOVERNMENT' });
  const seen = await addTestLine(desk.db, { segmentGroup: 'SME' });
  const reader = desk.as('demo-operator-sme');
  const query = `?id=${hidden.id}&id=no-such-ticket&id=${seen.id}`;
  await using events = await followAll(reader, query);
  await refresh(hidden.id);
  const updateId = await refresh(seen.id);
  const updates = () => events.of('cpe-update').map((event) => event.updateId);
  await until('the events', async () => updates().length === 2);
  assert.deepEqual(updates(), [updateId, updateId]);
  assert.deepEqual(events.of('gone'), [{ id: hidden.id }, { id: 'no-such-ticket' }]);
});

test('a stream of only forbidden tickets has no updates', async () => {
  const [one, two] = [
    await addTestLine(desk.db, { segmentGroup: 'GOVERNMENT' }),
    await addTestLine(desk.db, { segmentGroup: 'GOVERNMENT' }),
  ];
  const sme = await addTestLine(desk.db, { segmentGroup: 'SME' });
  await using quick = await startTestDesk({ beside: desk, heartbeatMs: 50 });
  const reader = quick.as('demo-operator-sme');
  await using events = await followAll(reader, `?id=${one.id}&id=${two.id}`);
  await using all = await followAll(reader, '');
  await refresh(one.id);
  await refresh(sme.id);
  await until('the other stream has the update', async () => all.of('cpe-update').length === 2);
  await until('pings', async () => events.of('ping').length > 2);
  assert.deepEqual(events.of('cpe-update'), []);
  assert.equal(events.of('gone').length, 2);
});

const moveLine = statement<never, [lineId: string, segmentGroup: string]>(
  'test-move-line',
  'update service_line set segment_group = $2 where id = $1',
);

test('a ticket that leaves the caller’s segment groups is gone at the next ping', async () => {
  await using quick = await startTestDesk({ beside: desk, heartbeatMs: 50 });
  const [leaving, staying] = [
    await addTestLine(desk.db, { segmentGroup: 'SME' }),
    await addTestLine(desk.db, { segmentGroup: 'SME' }),
  ];
  const reader = quick.as('demo-operator-sme');
  await using events = await followAll(reader, `?id=${leaving.id}&id=${staying.id}`);
  await run(desk.db, moveLine, [leaving.lineId, 'GOVERNMENT']);
  await until('it is gone', async () => events.of('gone').length > 0);
  await refresh(leaving.id);
  const updateId = await refresh(staying.id);
  await until('the events', async () => events.of('cpe-update').length === 2);
  assert.deepEqual(events.of('gone'), [{ id: leaving.id }]);
  const updates = events.of('cpe-update').map((event) => event.updateId);
  assert.deepEqual(updates, [updateId, updateId]);
});

test('a stream sends a ping with the time at its interval', async () => {
  await using quick = await startTestDesk({ beside: desk, heartbeatMs: 50 });
  await using events = await followAll(quick.operator, '');
  await until('pings', async () => events.of('ping').length > 2);
  for (const ping of events.of('ping')) pingEventSchema.parse(ping);
});

test('a stream takes at most 50 tickets', async () => {
  const ids = (count: number) => Array.from({ length: count }, (_, n) => `id=t-${n}`).join('&');
  const answer = await operator.get(`/ticket/ctt/events?${ids(51)}`);
  assertProblem(answer, 'malformed-request');
  const { errors } = answer.body as { errors: { pointer: string; detail: string }[] };
  assert.deepEqual(
    errors.map(({ pointer }) => pointer),
    ['/id'],
  );
  assert.match(errors[0]?.detail ?? '', /50/);
  await using _ = await follow(`/ticket/ctt/events?${ids(50)}`);
});

const endListeners = statement<{ ended: boolean }>(
  'test-end-listeners',
  `select pg_terminate_backend(pid) as ended from pg_stat_activity
    where datname = current_database() and application_name = 'cpe-desk live'`,
);

test('events continue after the database closed the connection', async () => {
  const { id } = await addTestLine(desk.db);
  await using listener = await follow(`/ticket/ctt/events?id=${id}`);
  assert.ok((await run(desk.db, endListeners, [])).length > 0, 'connections were cut');
  await until('an event', async () => {
    await refresh(id);
    return listener.events.length > 0;
  });
});

test('a server that stops ends its streams and does not wait for their readers', async () => {
  const short = await startTestDesk({ beside: desk });
  const answer = await short.operator.fetch('/ticket/ctt/events');
  const text = answer.text();
  await short[Symbol.asyncDispose]();
  assert.match(await text, /^retry: \d+/);
});

/** The stream of an operator's browser. */
const readStream = async ({ origin }: TestDesk) => {
  const browser = newBrowser(origin);
  await signIn(browser, 'demo-operator');
  const cookie = `cpe_desk_session=${browser.cookies.get('cpe_desk_session')?.value}`;
  const answer = await fetch(`${origin}/ticket/ctt/events`, { headers: { cookie } });
  assert.equal(answer.status, 200);
  const reader = answer.body?.getReader();
  assert.ok(reader);
  return { browser, reader };
};

test('a stream ends with its session, and does not prolong it', async () => {
  await using quick = await startTestDesk({ heartbeatMs: 20 });
  const { browser, reader } = await readStream(quick);
  await run(quick.db, makeSessionsIdle, []);
  for (let beats = 0; beats < 3; )
    if (new TextDecoder().decode((await reader.read()).value).includes('event: ping')) beats++;
  const [idle] = await run(quick.db, countIdleSessions, []);
  assert.equal(idle?.count, 1);
  await browser.post('/auth/logout');
  while (!(await reader.read()).done);
});

const narrowSessions = statement<never>(
  'test-narrow-sessions',
  `update portal_session set segment_groups = '{SME}'`,
);

test('a stream ends when the segment groups of its session change', async () => {
  await using quick = await startTestDesk({ heartbeatMs: 20 });
  const { reader } = await readStream(quick);
  await reader.read();
  await run(quick.db, narrowSessions, []);
  while (!(await reader.read()).done);
});

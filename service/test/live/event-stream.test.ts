import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type CpeUpdateLiveEvent, cpeUpdateEventSchema, pingEventSchema } from '@cpe-desk/contract';
import { writeRecords } from '../../src/import/write-records.ts';
import { inTransaction, run, statement } from '../../src/platform/database/database.ts';
import { newBrowser, signIn } from '../access/sign-in/browser.ts';
import { assertProblem } from '../support/assert-problem.ts';
import { readAllEvents, readEvents } from '../support/read-events.ts';
import { type Client, startTestDesk, type TestDesk, updateBody } from '../support/test-desk.ts';
import { addTestLine } from '../support/test-line.ts';
import { until } from '../support/until.ts';

let desk: TestDesk;
let operator: Client;

before(async () => {
  desk = await startTestDesk();
  operator = await desk.as('demo-operator');
});
after(() => desk[Symbol.asyncDispose]());

/** Listens as a browser's EventSource does. */
const listen = async (path: string, person = 'demo-operator') => {
  const aborted = new AbortController();
  const { authorization } = await desk.as(person);
  const answer = await fetch(desk.origin + path, { headers: { authorization }, signal: aborted.signal });
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

const letSessionsRest = statement<never>(
  'test-let-sessions-rest',
  `update portal_session set seen_at = now() - interval '30 minutes'`,
);
const countRestedSessions = statement<{ count: number }>(
  'test-count-rested-sessions',
  `select count(*) as count from portal_session where seen_at < now() - interval '29 minutes'`,
);

const refresh = async (id: string): Promise<string> => {
  const answer = await operator.post(`/ticket/ctt/cpe/update/${id}`, await updateBody(operator, id, {}));
  assert.equal(answer.status, 200);
  return (answer.body as { updateId: string }).updateId;
};

test('who has a ticket open hears of its line’s updates, made on whichever of its tickets, and of no other', async () => {
  const [{ id, lineId }, other] = [await addTestLine(desk.db), await addTestLine(desk.db)];
  const second = {
    type: 'ticket',
    id: `${id}-b`,
    ticketNo: `${id}-b`,
    status: 'held',
    title: 'Again',
    openedAt: '2026-11-02T00:00:00Z',
    serviceLineId: lineId,
  } as const;
  await inTransaction(desk.db, (tx) => writeRecords(tx, [second], new Date()));
  await using listener = await listen(`/ticket/ctt/events?id=${id}`);
  await refresh(other.id);
  const updateId = await refresh(second.id);
  await until('the event', async () => listener.states(updateId).includes('applied'));
  assert.deepEqual(
    listener.events.map(({ state, cttId, by }) => [state, cttId, by]),
    [
      ['recorded', second.id, 'Olivia Operator'],
      ['applied', second.id, 'Olivia Operator'],
    ],
  );
});

test('without a ticket, a caller hears of all updates in their segment groups, and only of those', async () => {
  const sme = await addTestLine(desk.db, { segmentGroup: 'SME' });
  const enterprise = await addTestLine(desk.db, { segmentGroup: 'ENTERPRISE' });
  await using all = await listen('/ticket/ctt/events', 'demo-reviewer');
  await using some = await listen('/ticket/ctt/events', 'demo-operator-sme');
  const [hidden, seen] = [await refresh(enterprise.id), await refresh(sme.id)];
  await until(
    'both events',
    async () => all.states(seen).includes('applied') && some.states(seen).includes('applied'),
  );
  assert.deepEqual(all.states(hidden), ['recorded', 'applied']);
  assert.deepEqual(some.states(hidden), []);
});

test('nobody hears of a preview, of what is refused, or of what is rolled back', async () => {
  const [{ id }, taken] = [await addTestLine(desk.db), await addTestLine(desk.db)];
  await using listener = await listen(`/ticket/ctt/events?id=${id}`);
  const { current } = await updateBody(operator, taken.id, {});
  await operator.post(`/ticket/ctt/cpe/preview/${id}`, await updateBody(operator, id, {}));
  // Announced inside the transaction that then finds the address taken.
  const refused = await updateBody(operator, id, { ipAddress: current.ipAddress });
  assertProblem(await operator.post(`/ticket/ctt/cpe/update/${id}`, refused), 'value-in-use');
  const updateId = await refresh(id);
  await until('the event', async () => listener.states(updateId).includes('applied'));
  assert.deepEqual(
    listener.events.map((event) => event.updateId),
    [updateId, updateId],
  );
});

test('other instances’ updates are heard, too', async () => {
  await using beside = await startTestDesk({ beside: desk });
  const { id } = await addTestLine(desk.db);
  await using listener = await listen(`/ticket/ctt/events?id=${id}`);
  const there = await beside.as('demo-supervisor');
  const answer = await there.post(`/ticket/ctt/cpe/update/${id}`, await updateBody(there, id, {}));
  const { updateId } = answer.body as { updateId: string };
  await until('the event', async () => listener.states(updateId).includes('applied'));
});

test('a ticket that the caller may not see has no events', async () => {
  const { id } = await addTestLine(desk.db, { segmentGroup: 'GOVERNMENT' });
  const sme = await desk.as('demo-operator-sme');
  for (const path of [id, `${id}&id=${id}`, 'none', '%00'])
    assertProblem(await sme.get(`/ticket/ctt/events?id=${path}`), 'ctt-not-found');
});

/** All events of a stream at a desk whose pings come quickly, as `name data`. */
const listenToAll = async ({ origin }: TestDesk, authorization: string, query: string) => {
  const aborted = new AbortController();
  const answer = await fetch(`${origin}/ticket/ctt/events${query}`, {
    headers: { authorization },
    signal: aborted.signal,
  });
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

test('one stream has the updates of several tickets’ lines, and no other', async () => {
  const [one, two, other] = [
    await addTestLine(desk.db),
    await addTestLine(desk.db),
    await addTestLine(desk.db),
  ];
  await using listener = await listen(`/ticket/ctt/events?id=${one.id}&id=${two.id}&id=${one.id}`);
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

test('of several tickets those that the caller may not see are gone, and the others are heard', async () => {
  const hidden = await addTestLine(desk.db, { segmentGroup: 'GOVERNMENT' });
  const seen = await addTestLine(desk.db, { segmentGroup: 'SME' });
  const { authorization } = await desk.as('demo-operator-sme');
  const query = `?id=${hidden.id}&id=no-such-ticket&id=${seen.id}`;
  await using events = await listenToAll(desk, authorization, query);
  await refresh(hidden.id);
  const updateId = await refresh(seen.id);
  const updates = () => events.of('cpe-update').map((event) => event.updateId);
  await until('the events', async () => updates().length === 2);
  assert.deepEqual(updates(), [updateId, updateId]);
  assert.deepEqual(events.of('gone'), [{ id: hidden.id }, { id: 'no-such-ticket' }]);
});

test('with only foreign tickets a stream has no updates', async () => {
  const [one, two] = [
    await addTestLine(desk.db, { segmentGroup: 'GOVERNMENT' }),
    await addTestLine(desk.db, { segmentGroup: 'GOVERNMENT' }),
  ];
  const sme = await addTestLine(desk.db, { segmentGroup: 'SME' });
  await using quick = await startTestDesk({ beside: desk, heartbeatMs: 50 });
  const { authorization } = await quick.as('demo-operator-sme');
  await using events = await listenToAll(quick, authorization, `?id=${one.id}&id=${two.id}`);
  await using all = await listenToAll(quick, authorization, '');
  await refresh(one.id);
  await refresh(sme.id);
  await until('the others hear it', async () => all.of('cpe-update').length === 2);
  await until('pings', async () => events.of('ping').length > 2);
  assert.deepEqual(events.of('cpe-update'), []);
  assert.equal(events.of('gone').length, 2);
});

const moveLine = statement<never, [lineId: string, segmentGroup: string]>(
  'test-move-line',
  'update service_line set segment_group = $2 where id = $1',
);

test('a ticket whose line leaves the caller’s segment groups is gone at the next ping', async () => {
  await using quick = await startTestDesk({ beside: desk, heartbeatMs: 50 });
  const [leaving, staying] = [
    await addTestLine(desk.db, { segmentGroup: 'SME' }),
    await addTestLine(desk.db, { segmentGroup: 'SME' }),
  ];
  const { authorization } = await quick.as('demo-operator-sme');
  await using events = await listenToAll(quick, authorization, `?id=${leaving.id}&id=${staying.id}`);
  await run(desk.db, moveLine, [leaving.lineId, 'GOVERNMENT']);
  await until('it is gone', async () => events.of('gone').length > 0);
  await refresh(leaving.id);
  const updateId = await refresh(staying.id);
  await until('the events', async () => events.of('cpe-update').length === 2);
  assert.deepEqual(events.of('gone'), [{ id: leaving.id }]);
  const updates = events.of('cpe-update').map((event) => event.updateId);
  assert.deepEqual(updates, [updateId, updateId]);
});

test('a stream pings with the time, at its interval', async () => {
  await using quick = await startTestDesk({ beside: desk, heartbeatMs: 50 });
  const { authorization } = await quick.as('demo-operator');
  await using events = await listenToAll(quick, authorization, '');
  await until('pings', async () => events.of('ping').length > 2);
  for (const ping of events.of('ping')) pingEventSchema.parse(ping);
});

test('a stream takes at most 50 tickets, and says so by the parameter', async () => {
  const ids = (count: number) => Array.from({ length: count }, (_, n) => `id=t-${n}`).join('&');
  const answer = await operator.get(`/ticket/ctt/events?${ids(51)}`);
  assertProblem(answer, 'malformed-request');
  const { errors } = answer.body as { errors: { pointer: string; detail: string }[] };
  assert.deepEqual(
    errors.map(({ pointer }) => pointer),
    ['/id'],
  );
  assert.match(errors[0]?.detail ?? '', /50/);
  await using _ = await listen(`/ticket/ctt/events?${ids(50)}`);
});

const endListeners = statement<{ ended: boolean }>(
  'test-end-listeners',
  `select pg_terminate_backend(pid) as ended from pg_stat_activity
    where datname = current_database() and application_name = 'cpe-desk live'`,
);

test('after the database has cut the connection, events come again', async () => {
  const { id } = await addTestLine(desk.db);
  await using listener = await listen(`/ticket/ctt/events?id=${id}`);
  assert.ok((await run(desk.db, endListeners, [])).length > 0, 'connections were cut');
  await until('an event', async () => {
    await refresh(id);
    return listener.events.length > 0;
  });
});

test('streams end with the server, which does not wait for their readers', async () => {
  const short = await startTestDesk({ beside: desk });
  const { authorization } = await short.as('demo-operator');
  const answer = await fetch(`${short.origin}/ticket/ctt/events`, { headers: { authorization } });
  const text = answer.text();
  await short[Symbol.asyncDispose]();
  assert.match(await text, /^retry: \d+/);
});

test('a stream ends with the session that opened it, and does not keep the session from ending', async () => {
  await using quick = await startTestDesk({ heartbeatMs: 20 });
  const browser = newBrowser(quick.origin);
  await signIn(browser, 'demo-operator');
  const cookie = `cpe_desk_session=${browser.cookies.get('cpe_desk_session')?.value}`;
  const answer = await fetch(`${quick.origin}/ticket/ctt/events`, { headers: { cookie } });
  assert.equal(answer.status, 200);
  const reader = answer.body?.getReader();
  assert.ok(reader);
  await run(quick.db, letSessionsRest, []);
  for (let beats = 0; beats < 3; )
    if (new TextDecoder().decode((await reader.read()).value).includes('event: ping')) beats++;
  const [rested] = await run(quick.db, countRestedSessions, []);
  assert.equal(rested?.count, 1);
  await browser.post('/auth/logout');
  while (!(await reader.read()).done);
});

const narrowSessions = statement<never>(
  'test-narrow-sessions',
  `update portal_session set segment_groups = '{SME}'`,
);

test('a stream ends when the segment groups of its session are other ones', async () => {
  await using quick = await startTestDesk({ heartbeatMs: 20 });
  const browser = newBrowser(quick.origin);
  await signIn(browser, 'demo-operator');
  const cookie = `cpe_desk_session=${browser.cookies.get('cpe_desk_session')?.value}`;
  const answer = await fetch(`${quick.origin}/ticket/ctt/events`, { headers: { cookie } });
  const reader = answer.body?.getReader();
  assert.ok(reader);
  await reader.read();
  await run(quick.db, narrowSessions, []);
  while (!(await reader.read()).done);
});

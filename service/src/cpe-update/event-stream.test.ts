import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type CpeUpdateLiveEvent, cpeUpdateEventSchema } from '@cpe-desk/contract';
import { inTransaction, run, statement } from '../database.ts';
import { writeRecords } from '../import/write-records.ts';
import { newBrowser, signIn } from '../sign-in/testing/browser.ts';
import { assertProblem } from '../testing/assert-problem.ts';
import { readEvents } from '../testing/read-events.ts';
import { type Client, startTestDesk, type TestDesk, updateBody } from '../testing/test-desk.ts';
import { addTestLine } from '../testing/test-line.ts';
import { until } from '../testing/until.ts';

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
  assert.ok(listener.events.every((event) => event.updateId === updateId));
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
  assertProblem(await sme.get(`/ticket/ctt/events?id=${id}`), 'ctt-not-found');
});

const endListeners = statement<never>(
  'test-end-listeners',
  `select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and application_name = 'cpe-desk live'`,
);

test('after the database has cut the connection, events come again', async () => {
  const { id } = await addTestLine(desk.db);
  await using listener = await listen(`/ticket/ctt/events?id=${id}`);
  await run(desk.db, endListeners, []);
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
    if (new TextDecoder().decode((await reader.read()).value).includes('still')) beats++;
  const [rested] = await run(quick.db, countRestedSessions, []);
  assert.equal(rested?.count, 1);
  await browser.post('/auth/logout');
  while (!(await reader.read()).done);
});

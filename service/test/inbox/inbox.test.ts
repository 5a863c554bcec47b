import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  deskStateSchema,
  type InboxPage,
  inboxPageSchema,
  inboxUnreadSchema,
  type SegmentGroup,
} from '@cpe-desk/contract';
import { deleteOldEntries } from '../../src/inbox/read-inbox.ts';
import { run, statement } from '../../src/platform/database/database.ts';
import { assertProblem, errorsOf } from '../support/assert-problem.ts';
import type { Client } from '../support/client.ts';
import { useDesk } from '../support/desk.ts';
import { readEvents } from '../support/read-events.ts';
import { sessionOf } from '../support/session-of.ts';
import { until } from '../support/until.ts';
import { leaveUnknown, prepareUpdate, waitForState } from '../support/updates.ts';

const desk = await useDesk({ nigTimeoutMs: 200, settleDeadlineMs: 300 });
const { operator, supervisor } = desk;

const moveLine = statement<never, [lineId: string, group: SegmentGroup]>(
  'test-move-line',
  'update service_line set segment_group = $2 where id = $1',
);
const ageEntries = statement<never>(
  'test-age-entries',
  `update inbox_entry set at = at - interval '31 days'`,
);

const inboxOf = async (client: Client, query = ''): Promise<InboxPage> =>
  inboxPageSchema.parse((await client.get(`/inbox?limit=200${query}`)).body);

/** What a person's inbox says about an update, newest first. */
const entriesAbout = async (client: Client, updateId: string): Promise<string[]> =>
  (await inboxOf(client)).items
    .filter(({ target }) => target.id === updateId)
    .map(({ kind, by, target: { state } }) => `${kind} ${state} by ${by?.name ?? 'nobody'}`);

const unread = async (client: Client): Promise<number> => (await inboxOf(client)).unread;

const read = async (client: Client, body: object): Promise<number> =>
  inboxUnreadSchema.parse((await client.post('/inbox/read', body)).body).unread;

const settleByPerson = (updateId: string) =>
  supervisor.post(`/ticket/ctt/cpe/updates/${updateId}/settle`, {
    outcome: 'rejected',
    reason: 'NIG’s desk says that it never arrived',
  });

test('a person learns of an update that settles after its request ended', async () => {
  const { id, updateId } = await leaveUnknown(desk, { mode: 'drop-after-apply' });
  await desk.nig.setFaults();
  await waitForState(operator, updateId, 'applied');
  assert.deepEqual(await entriesAbout(operator, updateId), ['update-settled applied by nobody']);
  assert.deepEqual(await entriesAbout(supervisor, updateId), []);
  const state = deskStateSchema.parse((await operator.get('/desk-state')).body);
  assert.equal(state.unread, await unread(operator));
  const [entry] = (await inboxOf(operator, '&unread=true')).items;
  assert.deepEqual([entry?.cttId, entry?.isRead, entry?.count], [id, false, 1]);
  assert.match(entry?.ticketNo ?? '', /^CTT-/);
});

test('an update that settles while its caller waits causes no entry', async () => {
  const before = await unread(operator);
  for (const mode of ['none', 'reject']) {
    const { send } = await prepareUpdate(desk);
    await desk.nig.setFaults({ mode });
    await send();
  }
  await desk.nig.setFaults();
  assert.equal(await unread(operator), before);
});

test('an update that needs a person is reported to its sender and supervisors of its segment group', async () => {
  const inGroup = await sessionOf(desk, 'supervisor', ['SME']);
  const outside = await sessionOf(desk, 'supervisor', ['ENTERPRISE']);
  const reviewer = await sessionOf(desk, 'reviewer', ['SME']);
  const { updateId } = await leaveUnknown(desk, { mode: 'drop-before-apply', lookup: false });
  await waitForState(operator, updateId, 'needs-attention');
  const needs = 'needs-attention needs-attention by Olivia Operator';
  assert.deepEqual(await entriesAbout(operator, updateId), [needs]);
  assert.deepEqual(await entriesAbout(inGroup, updateId), [needs]);
  for (const other of [outside, reviewer])
    assert.deepEqual(await entriesAbout(other, updateId), []);

  assert.equal((await settleByPerson(updateId)).status, 200);
  assert.deepEqual(await entriesAbout(operator, updateId), [
    'update-settled rejected by Sofia Supervisor',
    needs,
  ]);
  assert.deepEqual(
    await entriesAbout(supervisor, updateId),
    [],
    'nobody is notified of their own act',
  );
});

test('a stream tells each page of a person that the number of unread entries changed', async () => {
  const { id, updateId } = await leaveUnknown(desk, { mode: 'drop-after-apply' });
  const left = new AbortController();
  const counts: number[] = [];
  const answer = await operator.fetch(`/ticket/ctt/events?id=${id}`, { signal: left.signal });
  const reading = readEvents(answer, 'inbox', (data) =>
    counts.push(inboxUnreadSchema.parse(data).unread),
  );
  const before = await unread(operator);
  await desk.nig.setFaults();
  await waitForState(operator, updateId, 'applied');
  await until('the new count', async () => counts.includes(before + 1));
  const [newest] = (await inboxOf(operator)).items;
  assert.equal(await read(operator, { ids: [newest?.id] }), before);
  await until('the count after reading', async () => counts.at(-1) === before);
  left.abort();
  await reading;
});

test('a person marks only entries of their own as read', async () => {
  for (let sent = 0; sent < 2; sent++) {
    const { updateId } = await leaveUnknown(desk, { mode: 'drop-after-apply' });
    await desk.nig.setFaults();
    await waitForState(operator, updateId, 'applied');
  }
  const [newest, second] = (await inboxOf(operator, '&unread=true')).items;
  const before = await unread(operator);
  await read(supervisor, { upTo: newest?.id });
  assert.equal(await unread(operator), before);
  assert.equal(await read(operator, { upTo: second?.id }), 1);
  const { items } = await inboxOf(operator, '&unread=true');
  assert.deepEqual(
    items.map(({ id }) => id),
    [newest?.id],
  );

  const page = inboxPageSchema.parse((await operator.get('/inbox?limit=1')).body);
  const next = await operator.get(`/inbox?limit=1&cursor=${page.nextCursor}`);
  assert.deepEqual(
    [...page.items, ...inboxPageSchema.parse(next.body).items].map(({ id }) => id),
    [newest?.id, second?.id],
  );
  const wrong = await operator.get(`/inbox?cursor=${btoa('["x","1",""]')}`);
  assert.deepEqual(errorsOf(assertProblem(wrong, 'malformed-request')), ['/cursor not-a-cursor']);
  assertProblem(await operator.post('/inbox/read', { ids: ['first'] }), 'malformed-request');
});

test('an entry of a ticket outside the segment groups is hidden, and an old one deleted', async () => {
  const sme = await sessionOf(desk, 'operator', ['SME'], 'operator who moves');
  const { lineId, updateId } = await leaveUnknown(desk, { mode: 'drop-after-apply', client: sme });
  await desk.nig.setFaults();
  await waitForState(sme, updateId, 'applied');
  assert.equal(await unread(sme), 1);
  await run(desk.db, moveLine, [lineId, 'GOVERNMENT']);
  assert.deepEqual(await inboxOf(sme), { items: [], nextCursor: null, unread: 0 });
  await run(desk.db, moveLine, [lineId, 'SME']);
  await run(desk.db, ageEntries, []);
  await deleteOldEntries(desk.db);
  assert.deepEqual((await inboxOf(sme)).items, []);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { presenceEventSchema } from '@cpe-desk/contract';
import { run, statement } from '../../src/platform/database/database.ts';
import { newBrowser, signIn } from '../access/sign-in/browser.ts';
import { useDesk } from '../support/desk.ts';
import { readEvents } from '../support/read-events.ts';
import { addTestLine } from '../support/test-line.ts';
import { until } from '../support/until.ts';

const BEAT_MS = 100;

const desk = await useDesk({ heartbeatMs: BEAT_MS });
const beside = await useDesk({ beside: desk, heartbeatMs: BEAT_MS });

/** The browser of a person who views tickets, one tab each. */
const openTabs = async (person: string, ticketIds: string[], at = desk) => {
  const browser = newBrowser(at.origin);
  await signIn(browser, person);
  const stop = new AbortController();
  const query = ticketIds.map((id) => `id=${id}`).join('&');
  const answer = await fetch(`${at.origin}/ticket/ctt/events?${query}`, {
    headers: { cookie: `cpe_desk_session=${browser.cookies.get('cpe_desk_session')?.value}` },
    signal: stop.signal,
  });
  assert.equal(answer.status, 200);
  const others = new Map<string, string[]>();
  const reading = readEvents(answer, 'presence', (data) => {
    const { serviceLineId, names } = presenceEventSchema.parse(data);
    others.set(serviceLineId, names);
  });
  return {
    others,
    seesAt: (lineId: string, ...names: string[]) =>
      until(
        `${person} sees ${names.join(' and ') || 'nobody'}`,
        async () => JSON.stringify(others.get(lineId)) === JSON.stringify(names),
      ),
    async close() {
      stop.abort();
      await reading;
    },
  };
};

/** The browser of a person who views one ticket. */
const openPage = async (person: string, ticketId: string, at = desk) => {
  const tabs = await openTabs(person, [ticketId], at);
  return {
    ...tabs,
    sees: (...names: string[]) =>
      until(
        `${person} sees ${names.join(' and ') || 'nobody'}`,
        async () => JSON.stringify([...tabs.others.values()]) === JSON.stringify([names]),
      ),
  };
};

test('people who view one line see each other on any instance, until they leave', async () => {
  const { id } = await addTestLine(desk.db);
  const olivia = await openPage('demo-operator', id);
  await olivia.sees();
  const sofia = await openPage('demo-supervisor', id, beside);
  await olivia.sees('Sofia Supervisor');
  await sofia.sees('Olivia Operator');
  const rita = await openPage('demo-reviewer', id);
  await sofia.sees('Olivia Operator', 'Rita Reviewer');
  await olivia.close();
  await sofia.sees('Rita Reviewer');
  await rita.close();
  await sofia.sees();
  await sofia.close();
});

test('two tabs of one person count as one person, who does not see themself', async () => {
  const { id } = await addTestLine(desk.db);
  const [first, second] = [
    await openPage('demo-operator', id),
    await openPage('demo-operator', id, beside),
  ];
  const sofia = await openPage('demo-supervisor', id);
  await sofia.sees('Olivia Operator');
  await first.sees('Sofia Supervisor');
  await first.close();
  await sofia.sees('Olivia Operator');
  await second.close();
  await sofia.sees();
  await sofia.close();
});

test('people who view different lines do not see each other', async () => {
  const [here, there] = [await addTestLine(desk.db), await addTestLine(desk.db)];
  const olivia = await openPage('demo-operator', here.id);
  const sofia = await openPage('demo-supervisor', there.id);
  const rita = await openPage('demo-reviewer', here.id);
  await olivia.sees('Rita Reviewer');
  await sofia.sees();
  for (const each of [olivia, sofia, rita]) await each.close();
});

test('one stream has the people of several lines', async () => {
  const [here, there] = [await addTestLine(desk.db), await addTestLine(desk.db)];
  const olivia = await openTabs('demo-operator', [here.id, there.id]);
  const sofia = await openPage('demo-supervisor', here.id, beside);
  const rita = await openPage('demo-reviewer', there.id);
  await olivia.seesAt(here.lineId, 'Sofia Supervisor');
  await olivia.seesAt(there.lineId, 'Rita Reviewer');
  await sofia.sees('Olivia Operator');
  await rita.sees('Olivia Operator');
  await olivia.close();
  await sofia.sees();
  await rita.sees();
  for (const each of [sofia, rita]) await each.close();
});

const moveLine = statement<never, [lineId: string]>(
  'test-move-line',
  `update service_line set segment_group = 'GOVERNMENT' where id = $1`,
);

test('a person who may no longer see a line is not shown there, and sees nobody there', async () => {
  const [line, other] = [
    await addTestLine(desk.db, { segmentGroup: 'SME' }),
    await addTestLine(desk.db, { segmentGroup: 'SME' }),
  ];
  const sam = await openTabs('demo-operator-sme', [line.id, other.id]);
  const sofia = await openPage('demo-supervisor', line.id);
  await sam.seesAt(line.lineId, 'Sofia Supervisor');
  await sofia.sees('Sam Sme');
  await run(desk.db, moveLine, [line.lineId]);
  await sofia.sees();
  const rita = await openPage('demo-reviewer', line.id);
  await sofia.sees('Rita Reviewer');
  assert.deepEqual(sam.others.get(line.lineId), ['Sofia Supervisor']);
  for (const each of [sam, sofia, rita]) await each.close();
});

const leaveBehind = statement<never, [lineId: string]>(
  'test-leave-behind',
  `insert into line_presence (stream_id, service_line_id, subject, name, seen_at)
   values (gen_random_uuid(), $1, 'ghost', 'Gus Ghost', now())`,
);
const countGhosts = statement<{ count: number }>(
  'test-count-ghosts',
  `select count(*) as count from line_presence where subject = 'ghost'`,
);

test('a person of an instance that was killed disappears after a few heartbeats', async () => {
  const { id, lineId } = await addTestLine(desk.db);
  await run(desk.db, leaveBehind, [lineId]);
  const olivia = await openPage('demo-operator', id);
  await olivia.sees();
  await olivia.close();
  const another = await openPage('demo-operator', id);
  await until('the row is gone', async () => (await run(desk.db, countGhosts, []))[0]?.count === 0);
  await another.close();
});

test('a program that follows a line is not shown', async () => {
  const { id } = await addTestLine(desk.db);
  const olivia = await openPage('demo-operator', id);
  const stop = new AbortController();
  await desk.supervisor.fetch(`/ticket/ctt/events?id=${id}`, { signal: stop.signal });
  const rita = await openPage('demo-reviewer', id);
  await olivia.sees('Rita Reviewer');
  stop.abort();
  await rita.close();
  await olivia.close();
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CDPSession, Page, Request } from 'playwright-core';
import { eventually } from './eventually.ts';
import { portalOfItsOwn } from './portal.ts';
import { heldBy } from './simulator.ts';

const { another, desk, operator } = portalOfItsOwn();

/** The event streams that are open in a browser, as its tabs asked for them. */
const watchStreams = (page: Page) => {
  const open = new Set<Request>();
  const context = page.context();
  const isStream = (request: Request) => request.url().includes('/ticket/ctt/events');
  context.on('request', (request) => void (isStream(request) && open.add(request)));
  context.on('requestfinished', (request) => void open.delete(request));
  context.on('requestfailed', (request) => void open.delete(request));
  // What a closed tab had asked for is not reported as ended.
  const current = () => [...open].filter((request) => !request.frame().page().isClosed());
  return {
    count: () => current().length,
    tickets: () => current().flatMap((request) => new URL(request.url()).searchParams.getAll('id')),
    /** The tab that holds the stream. */
    leader: () => current()[0]?.frame().page(),
  };
};

const openTab = async (page: Page, ticketId: string): Promise<Page> => {
  const tab = await page.context().newPage();
  await tab.goto(`${desk().origin}/tickets/${ticketId}`);
  await tab.getByRole('region', { name: 'CPE', exact: true }).waitFor();
  return tab;
};

const ticket = (n: number): string => `ctt-${String(n).padStart(6, '0')}`;

const says = (page: Page, text: string) =>
  page.getByRole('status').filter({ hasText: text }).waitFor();

const refresh = async (page: Page): Promise<void> => {
  await page.getByRole('button', { name: 'Refresh CPE' }).click();
  await page.getByRole('button', { name: 'Apply to NIG' }).click();
  await says(page, 'Refresh applied');
};

/** Someone's browser with some tickets open, one tab each. */
const tabsOf = async (person: RegExp, tickets: readonly string[]) => {
  const someone = await another(person);
  const streams = watchStreams(someone.page);
  const tabs: Page[] = [];
  for (const id of tickets) tabs.push(await openTab(someone.page, id));
  const wanted = JSON.stringify([...new Set(tickets)].sort());
  await eventually(async () => JSON.stringify(streams.tickets().sort()), wanted);
  return { ...someone, tabs, streams };
};

test('ten tabs over HTTP/1.1: an update in the tenth, seen by each tab that shows the line', async () => {
  const shown = [1, 2, 3, 4, 11, 12, 1, 20, 21, 1].map(ticket);
  const olivia = await tabsOf(/Olivia Operator/, shown);
  const protocol = await olivia.page.evaluate(
    'performance.getEntriesByType("navigation")[0].nextHopProtocol',
  );
  assert.equal(protocol, 'http/1.1');
  assert.equal(olivia.streams.count(), 1);
  const tenth = olivia.tabs[9];
  assert.ok(tenth);
  await tenth.getByRole('button', { name: 'Edit CPE' }).click();
  await tenth.getByLabel('IP address', { exact: true }).fill('10.99.7.1');
  await tenth.getByRole('button', { name: 'Review changes' }).click();
  await tenth.getByRole('button', { name: 'Apply to NIG' }).click();
  await says(tenth, 'Correction applied');
  for (const n of [0, 6]) {
    const tab = olivia.tabs[n];
    assert.ok(tab);
    await says(tab, 'Olivia Operator updated this CPE');
    await tab
      .getByRole('region', { name: 'CPE', exact: true })
      .filter({ hasText: '10.99.7.1' })
      .waitFor();
  }
  assert.equal((await heldBy(desk().nigUrl, 'SL-000001')).ipAddress, '10.99.7.1');
  for (const n of [1, 2, 3, 4, 5, 7, 8])
    assert.equal(await olivia.tabs[n]?.getByText('updated this CPE').count(), 0, `tab ${n + 1}`);
  assert.equal(olivia.streams.count(), 1);
  assert.deepEqual(olivia.complaints, []);
  await olivia.close();
});

test('people are seen on each ticket that any of their tabs shows, and gone when that tab closes', async () => {
  const sofia = await tabsOf(/Sofia Supervisor/, [ticket(2), ticket(3)]);
  const olivia = await tabsOf(/Olivia Operator/, [ticket(2), ticket(3)]);
  for (const tab of olivia.tabs) await says(tab, 'Sofia Supervisor is viewing this line');
  await sofia.tabs[0]?.close();
  const [first, second] = olivia.tabs;
  await first?.getByText('is viewing this line').waitFor({ state: 'hidden' });
  await second?.getByText('Sofia Supervisor is viewing this line').waitFor();
  for (const each of [sofia, olivia]) await each.close();
});

test('the tab with the stream closes: another one takes it over, and every tab hears', async () => {
  const olivia = await tabsOf(/Olivia Operator/, [ticket(11), ticket(12), ticket(20)]);
  const sofia = await tabsOf(/Sofia Supervisor/, [ticket(11), ticket(12), ticket(20)]);
  const leader = olivia.streams.leader();
  assert.ok(leader);
  await leader.close();
  await eventually(async () => String(olivia.streams.tickets().length), '2');
  for (const tab of sofia.tabs) await refresh(tab);
  for (const tab of olivia.tabs)
    if (tab !== leader) await says(tab, 'Sofia Supervisor updated this CPE');
  assert.equal(olivia.streams.count(), 1);
  for (const each of [sofia, olivia]) await each.close();
});

/** Nothing runs in the tab any more, as in one that the browser freezes; its connections stay. */
const freeze = async (page: Page): Promise<CDPSession> => {
  const session = await page.context().newCDPSession(page);
  await session.send('Debugger.enable');
  const paused = new Promise((resolve) => void session.once('Debugger.paused', resolve));
  await session.send('Debugger.pause');
  await paused;
  return session;
};

test('the browser freezes the tab with the stream: the tab that someone looks at takes over', async () => {
  const olivia = await tabsOf(/Olivia Operator/, [ticket(21), ticket(22)]);
  const leader = olivia.streams.leader();
  const follower = olivia.tabs.find((tab) => tab !== leader);
  assert.ok(leader && follower);
  const session = await freeze(leader);
  await follower.bringToFront();
  await follower.evaluate("window.dispatchEvent(new Event('online'))");
  const asked = await follower.waitForRequest((request) =>
    request.url().includes('/ticket/ctt/events'),
  );
  assert.match(asked.url(), new RegExp(ticket(Number(/\d+$/.exec(follower.url())?.[0]))));
  const sofia = await tabsOf(/Sofia Supervisor/, [ticket(21), ticket(22)]);
  for (const tab of sofia.tabs) await refresh(tab);
  await says(follower, 'Sofia Supervisor updated this CPE');
  // Awake again, it follows, and hears what it missed.
  await session.send('Debugger.disable');
  await leader.bringToFront();
  await eventually(async () => String(olivia.streams.count()), '1');
  await eventually(async () => String(olivia.streams.tickets().length), '2');
  await leader
    .getByRole('region', { name: 'Recent history' })
    .filter({ hasText: 'Sofia Supervisor' })
    .waitFor();
  for (const each of [sofia, olivia]) await each.close();
});

test('an operator without tickets open has no stream', async () => {
  const streams = watchStreams(operator().page);
  await operator().open(ticket(1));
  await eventually(async () => String(streams.count()), '1');
  await operator().page.getByRole('link', { name: 'Tickets' }).first().click();
  await eventually(async () => String(streams.count()), '0');
});

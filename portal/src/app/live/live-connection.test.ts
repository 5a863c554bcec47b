import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { browser, ids, leaderOf, page, pause, until, update } from './testing/tabs.ts';

test('ten tabs share one stream with the tickets of all, and each hears its own line', async () => {
  const { service: at, open } = browser();
  const all = Array.from({ length: 10 }, () => open());
  const pages = all.map((tab, n) => page(tab, `l${n}`));
  await until('all tickets are on the stream', () => at.ids().length === 10);
  assert.equal(at.open().length, 1);
  await until('all are loaded again', () => pages.every(({ seen }) => seen.loads === 1));
  for (let n = 0; n < 10; n++) at.send('cpe-update', update(`l${n}`, `u-${n}`));
  await until('all have heard', () => pages.every(({ seen }) => seen.updates.length > 0));
  assert.deepEqual(
    pages.map(({ seen }) => seen.updates),
    pages.map((_, n) => [`u-${n}`]),
  );
  assert.equal(leaderOf(all).length, 1);
});

test('a tab that answers no ping is forgotten, and loads again when it answers', async () => {
  const { name, service: at, open } = browser();
  const tab = open();
  page(tab, 'a');
  // Another tab, as a channel that a test can freeze.
  const channel = new BroadcastChannel(name);
  const shows = { kind: 'shows', tab: 'other', tickets: ['t-b'], shownAt: 0 };
  channel.postMessage(shows);
  await until('both are on the stream', () => ids(at) === 't-a,t-b');
  const ping = async () => {
    at.send('ping', { at: '2026-12-01T08:00:00Z' });
    await sleep(20);
  };
  for (let n = 0; n < 5; n++) {
    await ping();
    channel.postMessage(shows);
  }
  await pause();
  assert.equal(ids(at), 't-a,t-b');
  for (let n = 0; n < 3; n++) await ping();
  await until('the other is forgotten', () => ids(at) === 't-a');
  const covers: string[][] = [];
  channel.onmessage = ({ data }) => {
    if (data.kind === 'covers') covers.push([...data.tickets].sort());
  };
  channel.postMessage(shows);
  await until('it is back', () => covers.at(-1)?.join() === 't-a,t-b');
  channel.close();
});

test('a page that comes later to a covered line loads once and sees who is there', async () => {
  const { service: at, open } = browser();
  const [first, second] = [open(), open()];
  const one = page(first, 'a');
  await until('the first is loaded', () => one.seen.loads === 1);
  at.send('presence', { serviceLineId: 'a', names: ['Sofia'] });
  await pause();
  const two = page(second, 'a');
  await until('the second is loaded', () => two.seen.loads === 1);
  await until('the second sees Sofia', () => two.seen.names.join() === 'Sofia');
  assert.deepEqual([one.seen.loads, at.opened.length], [1, 1]);
});

test('of more than 50 tickets the ones that were visible last are heard; one that is shown is heard', async () => {
  const { service: at, open } = browser();
  const all = Array.from({ length: 52 }, () => open());
  const pages: ReturnType<typeof page>[] = [];
  for (const [n, tab] of all.entries()) {
    pages.push(page(tab, `l${n}`));
    tab.wake(true);
    await sleep(2);
  }
  await until('50 are on the stream', () => at.ids().length === 50);
  await until('the oldest are not', () => !at.ids().includes('t-l0') && !at.ids().includes('t-l1'));
  const loads = pages[0]?.seen.loads ?? 0;
  all[0]?.wake(true);
  await until('it is on the stream', () => at.ids().includes('t-l0'));
  await until('it is loaded', () => (pages[0]?.seen.loads ?? 0) > loads);
  assert.equal(at.open().length, 1);
});

test('a ticket that is gone is loaded again by its page only', async () => {
  const { service: at, open } = browser();
  const pages = [page(open(), 'a'), page(open(), 'b')];
  await until('both are loaded', () => pages.every(({ seen }) => seen.loads === 1));
  at.send('gone', { id: 't-b' });
  await until('it is loaded', () => pages[1]?.seen.loads === 2);
  assert.equal(pages[0]?.seen.loads, 1);
});

test('unknown events, unknown messages and broken data are ignored', async () => {
  const { name, service: at, open } = browser();
  const one = page(open(), 'a');
  await until('it is loaded', () => one.seen.loads === 1);
  const channel = new BroadcastChannel(name);
  for (const message of [
    null,
    'x',
    { kind: 'brand-new' },
    { kind: 'event', name: 'toString', data: '' },
  ])
    channel.postMessage(message);
  channel.postMessage({ kind: 'event', name: 'cpe-update', data: '{' });
  at.send('brand-new', {});
  at.send('cpe-update', { serviceLineId: 'a' });
  await pause();
  at.send('cpe-update', update('a'));
  await until('the event is heard', () => one.seen.updates.length === 1);
  assert.equal(one.seen.loads, 1);
  channel.close();
});

test('a page that the browser put aside and shows again loads again', async () => {
  const { service: at, open } = browser();
  const [first, second] = [open(), open()];
  const pages = [page(first, 'a'), page(second, 'b')];
  await until('both are loaded', () => pages.every(({ seen }) => seen.loads === 1));
  const [follower] = [first, second].filter((tab) => !tab.isLeading);
  follower?.restore();
  const restored = pages[follower === first ? 0 : 1];
  await until('it is loaded', () => restored?.seen.loads === 2);
  assert.equal(at.open().length, 1);
});

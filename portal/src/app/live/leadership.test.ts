import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  browser,
  frozenLeader,
  ids,
  leaderOf,
  page,
  pause,
  until,
  update,
} from './testing/tabs.ts';

test('the leader closes: another tab leads, and every page loads again', async () => {
  const { service: at, open } = browser();
  const all = [open(), open(), open()];
  const pages = all.map((tab, n) => page(tab, `l${n}`));
  await until('all are on the stream', () => at.ids().length === 3);
  await until('all are loaded', () => pages.every(({ seen }) => seen.loads === 1));
  const [leader] = leaderOf(all);
  assert.ok(leader);
  leader.stop();
  const others = pages.filter((_, n) => all[n] !== leader);
  await until('the others are on a stream', () => at.ids().length === 2);
  await until('the others loaded again', () => others.every(({ seen }) => seen.loads === 2));
  assert.equal(at.open().length, 1);
  for (const n of [0, 1, 2]) at.send('cpe-update', update(`l${n}`));
  await until('the others hear', () => others.every(({ seen }) => seen.updates.length === 1));
});

test('a frozen leader does not answer: a tab that opens takes over', async () => {
  const { name, service: at, open } = browser();
  const frozen = await frozenLeader(name);
  const tab = open();
  const one = page(tab, 'a');
  await until('the page is on a stream', () => ids(at) === 't-a');
  assert.ok(frozen.wasStolen());
  assert.equal(one.seen.loads, 1);
});

test('a leader that falls silent is replaced, by one tab', async () => {
  const { name, service: at, open } = browser({ silentMs: 200 });
  const frozen = await frozenLeader(name);
  const channel = new BroadcastChannel(name);
  channel.onmessage = ({ data }) => {
    if (data.kind === 'who') channel.postMessage({ kind: 'leads', tab: 'frozen' });
  };
  const all = [open(), open(), open()];
  for (const [n, tab] of all.entries()) page(tab, `l${n}`);
  await sleep(500);
  assert.equal(frozen.wasStolen(), false, 'a leader that answers stays');
  channel.close();
  await until('all are on a stream', () => at.ids().length === 3);
  assert.ok(frozen.wasStolen());
  await pause();
  assert.equal(leaderOf(all).length, 1);
  assert.equal(at.open().length, 1);
});

test('a leader whose stream is dead still answers, so nobody takes over', async () => {
  const { service: at, open } = browser({ silentMs: 100 });
  at.isRefusing = true;
  const [first, second] = [open(), open()];
  page(first, 'a');
  page(second, 'b');
  await until('the service refused', () => at.opened.length > 1);
  const [leader] = leaderOf([first, second]);
  await sleep(500);
  assert.deepEqual(leaderOf([first, second]), [leader]);
});

test('a tab that loses the lock ends its stream and tells the new leader what it shows', async () => {
  const { name, service: at, open } = browser();
  const tab = open();
  page(tab, 'a');
  await until('the page is on a stream', () => ids(at) === 't-a');
  const channel = new BroadcastChannel(name);
  const said: string[] = [];
  channel.onmessage = ({ data }) => {
    if (data.kind === 'shows') said.push(data.tickets.join());
  };
  await navigator.locks.request(name, { steal: true }, async () => {
    await until('the stream is closed', () => at.open().length === 0);
    assert.equal(tab.isLeading, false);
    await until('it says what it shows', () => said.at(-1) === 't-a');
  });
  await until('it leads again', () => ids(at) === 't-a');
  channel.close();
});

test('without locks each tab has a stream of its own', async () => {
  const { service: at, open } = browser();
  const tabs = [open({ hasLocks: false }), open({ hasLocks: false })];
  const pages = tabs.map((tab, n) => page(tab, `l${n}`));
  await until('both are loaded', () => pages.every(({ seen }) => seen.loads === 1));
  assert.deepEqual(
    at.open().map(({ ids: own }) => own.join()),
    ['t-l0', 't-l1'],
  );
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { browser, ids, page, until } from './testing/tabs.ts';

test('a stream with more tickets opens before the old one closes, and pages that stay do not load', async () => {
  const { service: at, open } = browser();
  const [first, second] = [open(), open()];
  const one = page(first, 'a');
  await until('the first is loaded', () => one.seen.loads === 1);
  const [before] = at.open();
  const two = page(second, 'b');
  await until('both are on the stream', () => ids(at) === 't-a,t-b');
  await until('the second is loaded', () => two.seen.loads === 1);
  assert.equal(before?.readyState, 2);
  assert.equal(one.seen.loads, 1);
  two.close();
  await until('the ticket is off the stream', () => ids(at) === 't-a');
  one.close();
  await until('no stream is open', () => at.open().length === 0);
});

test('a broken connection: nobody is present, and pages load again once it works', async () => {
  const { service: at, open } = browser();
  const [first, second] = [open(), open()];
  const pages = [page(first, 'a'), page(second, 'b')];
  await until('both are loaded', () => pages.every(({ seen }) => seen.loads === 1));
  at.send('presence', { serviceLineId: 'b', names: ['Sofia'] });
  await until('the second sees Sofia', () => pages[1]?.seen.names.join() === 'Sofia');
  assert.deepEqual(pages[0]?.seen.names, []);
  const [source] = at.open();
  source?.breakOff();
  await until('nobody is seen', () => pages[1]?.seen.names.length === 0);
  source?.open();
  await until('both load again', () => pages.every(({ seen }) => seen.loads === 2));
});

test('a refusal makes pages load once, to find out why; the stream is tried again', async () => {
  const { service: at, open } = browser();
  at.isRefusing = true;
  const one = page(open(), 'a');
  await until('it was tried some times', () => at.opened.length > 3);
  assert.equal(one.seen.loads, 1);
  at.isRefusing = false;
  await until('it is loaded again', () => one.seen.loads === 2);
});

test('a stream without pings is opened again', async () => {
  const { service: at, open } = browser({ silentMs: 200 });
  const one = page(open(), 'a');
  await until('it is loaded', () => one.seen.loads === 1);
  const pinging = setInterval(() => at.send('ping', { at: '2026-12-01T08:00:00Z' }), 20);
  await sleep(500);
  assert.equal(at.opened.length, 1, 'a stream that pings stays');
  clearInterval(pinging);
  await until('it is loaded again', () => one.seen.loads === 2);
  assert.equal(at.open().length, 1);
});

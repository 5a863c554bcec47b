import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CpeUpdateLiveEvent } from '@cpe-desk/contract';
import { LiveConnection } from './live-connection.ts';
import type { Timings } from './timings.ts';

/*
 * Several tabs in one process, with the real locks and channels of the platform. The event stream
 * is a stand-in, so that a test decides when it opens, breaks and is silent.
 */

const timings: Timings = {
  collectMs: 5,
  silentMs: 60_000,
  answerMs: 60,
  checkMs: 20,
  refusedMs: 20,
  mostRefusedMs: 100,
};

const until = async (what: string, isTrue: () => boolean): Promise<void> => {
  for (const end = Date.now() + 5000; !isTrue(); await sleep(5))
    if (Date.now() > end) assert.fail(`waited in vain until ${what}`);
};

/** Time enough for what should not happen. */
const pause = () => sleep(150);

/** What the service would do with the streams of one browser. */
const service = () => {
  const opened: Source[] = [];
  class Source extends EventTarget {
    readyState = 0;
    readonly ids: string[];
    constructor(url: string) {
      super();
      this.ids = new URLSearchParams(url.split('?')[1]).getAll('id');
      opened.push(this);
      setTimeout(() => this.#answer());
    }
    #answer(): void {
      if (this.readyState === 2) return;
      if (state.isRefusing) this.refuse();
      else this.open();
    }
    open(): void {
      this.readyState = 1;
      this.dispatchEvent(new Event('open'));
    }
    refuse(): void {
      this.readyState = 2;
      this.dispatchEvent(new Event('error'));
    }
    breakOff(): void {
      this.readyState = 0;
      this.dispatchEvent(new Event('error'));
    }
    close(): void {
      this.readyState = 2;
    }
    send(name: string, data: unknown): void {
      this.dispatchEvent(new MessageEvent(name, { data: JSON.stringify(data) }));
    }
  }
  const state = {
    isRefusing: false,
    opened,
    /** Streams that are open now. */
    open: () => opened.filter(({ readyState }) => readyState === 1),
    /** The tickets of the one stream. */
    ids: () => state.open().flatMap(({ ids }) => [...ids].sort()),
    send(name: string, data: unknown) {
      for (const source of state.open()) source.send(name, data);
    },
    openSource: (url: string) => new Source(url) as unknown as EventSource,
  };
  return state;
};

type Service = ReturnType<typeof service>;

const tabs = new Set<LiveConnection>();
afterEach(() => {
  for (const tab of tabs) tab.stop();
  tabs.clear();
});

let browsers = 0;
/** A browser: its tabs share a channel, a lock and a service. */
const browser = (changes: Partial<Timings> = {}) => {
  const name = `live-${browsers++}`;
  const at = service();
  const open = (locks: LockManager | undefined = navigator.locks) => {
    const parts = { name, locks, openSource: at.openSource, timings: { ...timings, ...changes } };
    const tab = new LiveConnection(parts);
    tabs.add(tab);
    return tab;
  };
  return { service: at, open };
};

const update = (line: string, updateId = 'u-1'): CpeUpdateLiveEvent => ({
  updateId,
  state: 'applied',
  cttId: `t-${line}`,
  ticketNo: `CTT-${line}`,
  serviceLineId: line,
  by: 'Olivia Operator',
  at: '2026-12-01T08:00:00.000Z',
});

/** A page of a line's ticket in a tab. */
const page = (tab: LiveConnection, line: string) => {
  const seen = { updates: [] as string[], loads: 0, names: [] as readonly string[] };
  const close = tab.hear({
    ticketId: `t-${line}`,
    serviceLineId: line,
    heard: ({ updateId }) => seen.updates.push(updateId),
    missed: () => seen.loads++,
    present: (names) => {
      seen.names = names;
    },
  });
  return { ...seen, seen, close };
};

const ids = (at: Service) => at.ids().join();
const leaderOf = (all: LiveConnection[]) => all.filter((tab) => tab.isLeading);

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

/** A tab whose browser has frozen it: it holds the lock and says nothing. */
const frozenLeader = async (name: string) => {
  let wasStolen = false;
  await new Promise<void>((resolve) => {
    navigator.locks
      .request(name, () => {
        resolve();
        return new Promise(() => {});
      })
      .catch(() => {
        wasStolen = true;
      });
  });
  return { wasStolen: () => wasStolen };
};

test('a frozen leader does not answer: a tab that opens takes over', async () => {
  const frozen = await frozenLeader(`live-${browsers}`);
  const { service: at, open } = browser();
  const tab = open();
  const one = page(tab, 'a');
  await until('the page is on a stream', () => ids(at) === 't-a');
  assert.ok(frozen.wasStolen());
  assert.equal(one.seen.loads, 1);
});

test('a leader that falls silent is replaced, by one tab', async () => {
  const name = `live-${browsers}`;
  const frozen = await frozenLeader(name);
  const { service: at, open } = browser({ silentMs: 200 });
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
  const name = `live-${browsers}`;
  const { service: at, open } = browser();
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

test('a tab that answers no ping is forgotten, and loads again when it answers', async () => {
  const { service: at, open } = browser();
  const tab = open();
  page(tab, 'a');
  // Another tab, as a channel that a test can freeze.
  const channel = new BroadcastChannel(`live-${browsers - 1}`);
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
  const { service: at, open } = browser();
  const one = page(open(), 'a');
  await until('it is loaded', () => one.seen.loads === 1);
  const channel = new BroadcastChannel(`live-${browsers - 1}`);
  for (const message of [null, 'x', { kind: 'brand-new' }, { kind: 'event', name: 'toString', data: '' }])
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
  const at2 = pages[follower === first ? 0 : 1];
  await until('it is loaded', () => at2?.seen.loads === 2);
  assert.equal(at.open().length, 1);
});

test('without locks each tab has a stream of its own', async () => {
  const { service: at, open } = browser();
  const name = { name: 'alone', openSource: at.openSource, timings, locks: undefined };
  const [first, second] = [new LiveConnection(name), new LiveConnection(name)];
  for (const tab of [first, second]) tabs.add(tab);
  const pages = [page(first, 'a'), page(second, 'b')];
  await until('both are loaded', () => pages.every(({ seen }) => seen.loads === 1));
  assert.deepEqual(
    at.open().map(({ ids: own }) => own.join()),
    ['t-a', 't-b'],
  );
  void open;
});

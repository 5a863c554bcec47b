import assert from 'node:assert/strict';
import { afterEach } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CpeUpdateLiveEvent } from '@cpe-desk/contract';
import { LiveConnection } from '../live-connection.ts';
import type { Timings } from '../timings.ts';

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

export const until = async (what: string, isTrue: () => boolean): Promise<void> => {
  for (const end = Date.now() + 5000; !isTrue(); await sleep(5))
    if (Date.now() > end) assert.fail(`waited in vain until ${what}`);
};

/** Time enough for what should not happen. */
export const pause = () => sleep(150);

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
export const browser = (changes: Partial<Timings> = {}) => {
  const name = `live-${browsers++}`;
  const at = service();
  const open = ({ hasLocks } = { hasLocks: true }) => {
    const locks = hasLocks ? navigator.locks : undefined;
    const parts = { name, locks, openSource: at.openSource, timings: { ...timings, ...changes } };
    const tab = new LiveConnection(parts);
    tabs.add(tab);
    return tab;
  };
  return { name, service: at, open };
};

export const update = (line: string, updateId = 'u-1'): CpeUpdateLiveEvent => ({
  updateId,
  state: 'applied',
  cttId: `t-${line}`,
  ticketNo: `CTT-${line}`,
  serviceLineId: line,
  by: 'Olivia Operator',
  at: '2026-12-01T08:00:00.000Z',
});

/** A page of a line's ticket in a tab. */
export const page = (tab: LiveConnection, line: string) => {
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
  return { seen, close };
};

export const ids = (at: Service) => at.ids().join();
export const leaderOf = (all: LiveConnection[]) => all.filter((tab) => tab.isLeading);

/** A tab whose browser has frozen it: it holds the lock and says nothing. */
export const frozenLeader = async (name: string) => {
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

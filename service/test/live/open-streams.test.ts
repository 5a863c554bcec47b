import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import type { Readable } from 'node:stream';
import { after, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { NO_ROWS } from '@cpe-desk/contract';
import type { Announcement } from '../../src/cpe-update/events/announce-state.ts';
import { MOST_STREAMS, openStreams, type Reader } from '../../src/live/open-streams.ts';
import type { BulkChange } from '../../src/live/watch-bulks.ts';

const HEARTBEAT_MS = 20;

const heard = new EventEmitter<{ announcement: [Announcement]; restart: [] }>();
const announce = (changes: Partial<Announcement> = {}) =>
  heard.emit('announcement', {
    updateId: '00000000-0000-4000-8000-000000000001',
    state: 'applied',
    cttId: 't-1',
    ticketNo: 'CTT-1',
    serviceLineId: 'line-1',
    by: 'Olivia Operator',
    at: '2026-11-26T08:00:00.000Z',
    segmentGroup: 'SME',
    isOfBulk: false,
    ...changes,
  });
const streams = openStreams(
  {
    subscribe(listener) {
      heard.on('announcement', listener);
      return () => heard.off('announcement', listener);
    },
    subscribeSessions: () => () => {},
    subscribeInbox: () => () => {},
    subscribeRestart(listener) {
      heard.on('restart', listener);
      return () => heard.off('restart', listener);
    },
  },
  HEARTBEAT_MS,
);
after(streams.stop);

const usualReader: Reader = {
  readerId: 'somebody',
  segmentGroups: ['SME'],
  tickets: null,
  gone: [],
  isStillAllowed: async () => true,
  readsBulks: false,
  loadVisible: async () => new Map(),
  countUnread: async () => 0,
  enter: null,
};

const open = (reader: Partial<Reader> = {}): Readable =>
  streams.open({ ...usualReader, ...reader });

/** The events of a stream without its pings. */
const eventsOf = (stream: Readable): Buffer[] => {
  const events: Buffer[] = [];
  stream.on('data', (bytes: Buffer) => {
    if (/^event: (?!ping)/.test(bytes.toString())) events.push(bytes);
  });
  return events;
};

test('an event is serialised once for all readers', async () => {
  const [one, other] = [open(), open({ tickets: new Map([['t-1', 'line-1']]) })];
  const events = [eventsOf(one), eventsOf(other)];
  announce();
  await turn();
  assert.match(String(events[0]?.[0]), /^event: cpe-update\ndata: \{.*"state":"applied".*\}\n\n$/);
  assert.equal(events[0]?.[0], events[1]?.[0], 'the same bytes');
  assert.doesNotMatch(String(events[0]?.[0]), /segmentGroup/);
  for (const stream of [one, other]) stream.destroy();
});

test('a reader gets the events that it asked for and may see', async () => {
  const two = new Map([
    ['t-2', 'line-2'],
    ['t-3', 'line-3'],
  ]);
  const all = [
    open(),
    open({ tickets: two, loadVisible: async () => two }),
    open({ tickets: new Map(), gone: ['t-1'] }),
    open({ segmentGroups: ['GOVERNMENT'] }),
  ];
  const events = all.map(eventsOf);
  announce();
  announce({ serviceLineId: 'line-2' });
  announce({ serviceLineId: 'line-3' });
  announce({ serviceLineId: 'line-2', segmentGroup: 'GOVERNMENT' });
  await turn();
  const updates = events.map(
    (heard) => heard.filter((bytes) => bytes.includes('cpe-update')).length,
  );
  assert.deepEqual(updates, [3, 2, 0, 1]);
  assert.equal(String(events[2]?.[0]), 'event: gone\ndata: {"id":"t-1"}\n\n');
  for (const stream of all) stream.destroy();
});

test('events of a bulk’s rows go to the streams of their tickets only', async () => {
  const tickets = new Map([['t-1', 'line-1']]);
  const streamsOf = [open(), open({ tickets, loadVisible: async () => tickets })];
  const [all, ofTicket] = streamsOf.map(eventsOf);
  announce({ isOfBulk: true });
  await turn();
  assert.deepEqual(all, []);
  assert.equal(ofTicket?.length, 1);
  assert.doesNotMatch(String(ofTicket?.[0]), /isOfBulk/);
  for (const stream of streamsOf) stream.destroy();
});

test('progress of a bulk goes to roles that read bulks and have all its segment groups', async () => {
  const listeners: ((change: BulkChange) => void)[] = [];
  let following = 0;
  const live = {
    subscribe: () => () => {},
    subscribeSessions: () => () => {},
    subscribeInbox: () => () => {},
    subscribeRestart: () => () => {},
  };
  const some = openStreams(live, HEARTBEAT_MS, (listener) => {
    following++;
    listeners.push(listener);
    return {
      async stop() {
        following--;
      },
    };
  });
  const reader = (changes: Partial<Reader>) => some.open({ ...usualReader, ...changes });
  const readers = [
    reader({ readsBulks: true, segmentGroups: ['SME', 'ENTERPRISE'] }),
    reader({ readsBulks: true, segmentGroups: ['SME'] }),
    reader({ readsBulks: false, segmentGroups: ['SME', 'ENTERPRISE'] }),
  ];
  const events = readers.map(eventsOf);
  const counts = { ...NO_ROWS, rows: 5, applied: 2, waiting: 3 };
  const event = { bulkId: 'b', state: 'running', waitsFor: null, counts, at: 'now' } as const;
  for (const tell of listeners) tell({ event, segmentGroups: ['SME', 'ENTERPRISE'] });
  await turn();
  assert.deepEqual(
    events.map(({ length }) => length),
    [1, 0, 0],
  );
  assert.match(String(events[0]?.[0]), /^event: bulk\ndata: \{"bulkId":"b".*"applied":2/);
  assert.equal(following, 1);
  some.stop();
  assert.equal(following, 0);
});

test('a ticket that leaves the reader’s scope is gone; the other tickets stay', async () => {
  const tickets = new Map([
    ['t-1', 'line-1'],
    ['t-2', 'line-2'],
  ]);
  let seen = tickets;
  const stream = open({ tickets, loadVisible: async () => seen });
  const events = eventsOf(stream);
  seen = new Map([['t-2', 'line-2']]);
  while (events.length === 0) await once(stream, 'data');
  announce();
  announce({ serviceLineId: 'line-2' });
  await turn();
  assert.deepEqual(
    events.map((bytes) => /event: (\S+)/.exec(String(bytes))?.[1]),
    ['gone', 'cpe-update'],
  );
  stream.destroy();
});

test('a reader that does not read is disconnected, and no other', async () => {
  const [asleep, awake] = [open(), open()];
  const events = eventsOf(awake);
  let wasCut = false;
  asleep.once('close', () => {
    wasCut = true;
  });
  for (let n = 0; n < 200 && !wasCut; n++) {
    announce({ by: 'x'.repeat(5000) });
    await turn();
  }
  assert.ok(wasCut);
  const before = events.length;
  announce();
  await turn();
  assert.equal(events.length, before + 1);
  awake.destroy();
});

test('a stream counts for its caller until it closes', async () => {
  const mine = Array.from({ length: MOST_STREAMS }, () => open({ readerId: 'mine' }));
  assert.ok(streams.hasTooMany('mine'));
  assert.ok(!streams.hasTooMany('yours'));
  const [first, ...rest] = mine;
  first?.destroy();
  await turn();
  assert.ok(!streams.hasTooMany('mine'));
  for (const stream of rest) stream.destroy();
});

test('the stream of a reader whose session ended closes, without later events', async () => {
  let leaves = 0;
  const presence = {
    renew: async () => {},
    async leave() {
      leaves++;
    },
  };
  const stream = open({ isStillAllowed: async () => false, enter: () => presence });
  const events = eventsOf(stream);
  // As soon as the stream is over, before its end is read.
  presence.leave = async () => {
    leaves++;
    announce();
  };
  await once(stream, 'close');
  assert.deepEqual([events.length, leaves], [0, 1]);
});

test('when nobody can tell whether a reader may go on, the stream ends', async () => {
  const stream = open({ isStillAllowed: () => Promise.reject(new Error('The database is away')) });
  stream.resume();
  await once(stream, 'end');
});

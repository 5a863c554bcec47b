import { Readable } from 'node:stream';
import type { PresenceEvent, SegmentGroup } from '@cpe-desk/contract';
import { type Announcement, eventOf } from '../cpe-update/events/announce-state.ts';
import type { Presence } from '../presence/presence.ts';
import type { LiveUpdates } from './live-updates.ts';
import { scheduleEvenly } from './schedule-evenly.ts';
import type { BulkChange } from './watch-bulks.ts';

const RECONNECT_MS = 2000;
/** A reader that is this far behind is cut off. It reconnects and loads the present state. */
const MOST_UNREAD_BYTES = 256 * 1024;
/** Most streams of one caller; a browser has one. */
export const MOST_STREAMS = 50;

/** The service line of each ticket, by the ticket's id. */
export type TicketLines = ReadonlyMap<string, string>;

export type Reader = {
  readerId: string;
  segmentGroups: readonly SegmentGroup[];
  /** The tickets for whose lines the reader gets updates; null: all lines of the segment groups. */
  tickets: TicketLines | null;
  /** Requested tickets that the reader may not see. */
  gone: readonly string[];
  /** Whether the session or the token that opened the stream is still valid. */
  isStillAllowed: () => Promise<boolean>;
  /** Returns those of these tickets that the reader may see now. */
  loadVisible: (ids: readonly string[]) => Promise<TicketLines>;
  /** Whether the reader's roles may read bulks. */
  readsBulks: boolean;
  /** The number of entries of the reader's inbox that are not read. */
  countUnread: () => Promise<number>;
  /** Shows the reader to others as a viewer; null for programs, and without tickets. */
  enter: ((changed: (event: PresenceEvent) => void) => Presence) | null;
};

type OpenStream = {
  reader: Reader;
  readable: Readable;
  tickets: Map<string, string> | null;
  lineIds: ReadonlySet<string>;
  presence?: Presence;
};

/** Follows the progress of bulks while there are streams. */
export type FollowBulks = (listener: (change: BulkChange) => void) => { stop(): Promise<void> };

export type OpenStreams = {
  hasTooMany(readerId: string): boolean;
  count(): number;
  /** Opens a stream of live events, as `text/event-stream` (HTML, 9.2). */
  open(reader: Reader): Readable;
  /** Ends all streams and unsubscribes. */
  stop(): void;
};

/** Data is pushed into it, so a read has nothing to do. */
class Pushed extends Readable {
  override _read(): void {}
}

const BEGINNING = Buffer.from(`retry: ${RECONNECT_MS}\n\n`);

const bytesOf = (name: string, data: object): Buffer =>
  Buffer.from(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`);

const write = ({ readable }: OpenStream, bytes: Buffer): void => {
  if (readable.readableLength > MOST_UNREAD_BYTES) readable.destroy();
  else readable.push(bytes);
};

const receives = (
  { reader, tickets, lineIds }: OpenStream,
  { segmentGroup, serviceLineId, isOfBulk }: Announcement,
): boolean =>
  (tickets === null ? !isOfBulk : lineIds.has(serviceLineId)) &&
  reader.segmentGroups.includes(segmentGroup);

/**
 * Removes tickets that left the reader's scope or moved to another line, so that the stream sends
 * none of their events.
 */
const dropGone = async (stream: OpenStream): Promise<void> => {
  const { tickets, reader } = stream;
  if (tickets === null || tickets.size === 0) return;
  const seen = await reader.loadVisible([...tickets.keys()]);
  const gone = [...tickets].filter(([id, line]) => seen.get(id) !== line).map(([id]) => id);
  if (gone.length === 0 || stream.readable.destroyed) return;
  for (const id of gone) {
    tickets.delete(id);
    write(stream, bytesOf('gone', { id }));
  }
  stream.lineIds = new Set(tickets.values());
};

/** Counts the open streams of each caller. */
const streamCounts = () => {
  const counts = new Map<string, number>();
  return {
    of: (readerId: string): number => counts.get(readerId) ?? 0,
    add(readerId: string, by: 1 | -1): void {
      const now = (counts.get(readerId) ?? 0) + by;
      if (now === 0) counts.delete(readerId);
      else counts.set(readerId, now);
    },
  };
};

/** Sends the progress of bulks to those streams whose readers may see it. */
const bulkSender = (streams: ReadonlySet<OpenStream>, follow: FollowBulks) => {
  let following: ReturnType<FollowBulks> | undefined;
  const send = ({ event, segmentGroups }: BulkChange): void => {
    const bytes = bytesOf('bulk', event);
    for (const stream of streams) {
      const { readsBulks, segmentGroups: own } = stream.reader;
      const seesAll = new Set<string>(segmentGroups).isSubsetOf(new Set<string>(own));
      if (readsBulks && seesAll) write(stream, bytes);
    }
  };
  return {
    start(): void {
      following ??= follow(send);
    },
    stop(): void {
      void following?.stop();
      following = undefined;
    },
  };
};

/**
 * The event streams of one server, with one subscription and one timer for all. The bytes of an
 * event are created once for all streams.
 */
export const openStreams = (
  live: Pick<
    LiveUpdates,
    'subscribe' | 'subscribeSessions' | 'subscribeInbox' | 'subscribeRestart'
  >,
  heartbeatMs: number,
  followBulks: FollowBulks = () => ({ stop: async () => {} }),
): OpenStreams => {
  const streams = new Set<OpenStream>();
  const counts = streamCounts();
  const bulks = bulkSender(streams, followBulks);
  // Nothing is pushed to the stream after this: a push after its end would be an error.
  const remove = (stream: OpenStream): void => {
    if (!streams.delete(stream)) return;
    heartbeats.delete(stream);
    if (streams.size === 0) bulks.stop();
    counts.add(stream.reader.readerId, -1);
    void stream.presence?.leave();
  };
  const end = (stream: OpenStream): void => {
    if (streams.has(stream)) stream.readable.push(null);
    remove(stream);
  };
  const sendHeartbeat = async (stream: OpenStream): Promise<void> => {
    // A stream ends with the session or the token that opened it.
    if (!(await stream.reader.isStillAllowed())) return end(stream);
    if (!streams.has(stream)) return;
    await dropGone(stream);
    if (!streams.has(stream)) return;
    write(stream, bytesOf('ping', { at: new Date().toISOString() }));
    await stream.presence?.renew(stream.lineIds);
  };
  // Expected: the database or the issuer is unavailable. The reader reconnects and is authenticated
  // then.
  const recheck = (stream: OpenStream) => void sendHeartbeat(stream).catch(() => end(stream));
  const heartbeats = scheduleEvenly<OpenStream>(heartbeatMs, recheck);
  const unsubscribe = live.subscribe((announcement) => {
    const bytes = bytesOf('cpe-update', eventOf(announcement));
    for (const stream of streams) if (receives(stream, announcement)) write(stream, bytes);
  });
  const unsubscribeSessions = live.subscribeSessions((subject) => {
    for (const stream of streams) if (stream.reader.readerId === subject) recheck(stream);
  });
  const sendUnread = async (stream: OpenStream): Promise<void> => {
    const unread = await stream.reader.countUnread();
    if (streams.has(stream)) write(stream, bytesOf('inbox', { unread }));
  };
  const unsubscribeInbox = live.subscribeInbox((personId) => {
    for (const stream of streams)
      if (stream.reader.readerId === personId) void sendUnread(stream).catch(() => end(stream)); // as above
  });
  // A reader that reconnects loads its data again.
  const unsubscribeRestart = live.subscribeRestart(() => {
    for (const stream of streams) end(stream);
  });
  return {
    hasTooMany: (readerId) => counts.of(readerId) >= MOST_STREAMS,
    count: () => streams.size,
    open(reader) {
      const tickets = reader.tickets && new Map(reader.tickets);
      const lineIds = new Set(tickets?.values());
      const stream: OpenStream = { reader, readable: new Pushed(), tickets, lineIds };
      streams.add(stream);
      bulks.start();
      heartbeats.add(stream);
      counts.add(reader.readerId, 1);
      write(stream, BEGINNING);
      for (const id of reader.gone) write(stream, bytesOf('gone', { id }));
      stream.readable.once('close', () => remove(stream));
      stream.presence = reader.enter?.((event) => {
        if (streams.has(stream)) write(stream, bytesOf('presence', event));
      });
      return stream.readable;
    },
    stop() {
      heartbeats.stop();
      unsubscribe();
      unsubscribeSessions();
      unsubscribeInbox();
      unsubscribeRestart();
      for (const stream of streams) end(stream);
    },
  };
};

import { Readable } from 'node:stream';
import type { SegmentGroup } from '@cpe-desk/contract';
import type { Presence } from '../presence/presence.ts';
import { type Announcement, eventOf, type LiveUpdates } from './live-updates.ts';
import { takeTurns } from './take-turns.ts';

const RECONNECT_MS = 2000;
/** A reader this far behind is cut off; it connects again and loads the state as it is. */
const MOST_UNREAD_BYTES = 256 * 1024;
/** As many as one caller has open at most: a page holds one. */
export const MOST_STREAMS = 50;

export type Reader = {
  readerId: string;
  segmentGroups: readonly SegmentGroup[];
  /** The line whose updates are heard; null: all lines of the segment groups. */
  lineId: string | null;
  /** Whether the session or the token that opened the stream is still good. */
  mayGoOn: () => Promise<boolean>;
  /** Makes the reader present where others see it; null for programs, and for whoever looks at no ticket. */
  enter: ((changed: (names: string[]) => void) => Presence) | null;
};

type OpenStream = { reader: Reader; readable: Readable; presence?: Presence };

export type OpenStreams = {
  hasTooMany(readerId: string): boolean;
  /** A stream of what is heard, as `text/event-stream` (HTML, 9.2). */
  open(reader: Reader): Readable;
  /** Ends all streams, and hears nothing any more. */
  stop(): void;
};

/** What is pushed is all there is: nothing has to be read for it. */
class Pushed extends Readable {
  override _read(): void {}
}

const BEGINNING = Buffer.from(`retry: ${RECONNECT_MS}\n\n`);
const HEARTBEAT = Buffer.from(': still here\n\n');

const bytesOf = (name: string, data: object): Buffer =>
  Buffer.from(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`);

const write = ({ readable }: OpenStream, bytes: Buffer): void => {
  if (readable.readableLength > MOST_UNREAD_BYTES) readable.destroy();
  else readable.push(bytes);
};

const hears = ({ segmentGroups, lineId }: Reader, { segmentGroup, serviceLineId }: Announcement): boolean =>
  (lineId === null || lineId === serviceLineId) && segmentGroups.includes(segmentGroup);

/** The event streams of one server: one subscription and one timer for all, and the bytes of an event are made once for all. */
export const openStreams = (live: Pick<LiveUpdates, 'subscribe'>, heartbeatMs: number): OpenStreams => {
  const streams = new Set<OpenStream>();
  const counts = new Map<string, number>();
  const count = (readerId: string, by: 1 | -1): void => {
    const now = (counts.get(readerId) ?? 0) + by;
    if (now === 0) counts.delete(readerId);
    else counts.set(readerId, now);
  };
  // From here on nothing is pushed to it: that would be an error after its end.
  const forget = (stream: OpenStream): void => {
    if (!streams.delete(stream)) return;
    turns.delete(stream);
    count(stream.reader.readerId, -1);
    void stream.presence?.leave();
  };
  const end = (stream: OpenStream): void => {
    if (streams.has(stream)) stream.readable.push(null);
    forget(stream);
  };
  const beat = async (stream: OpenStream): Promise<void> => {
    // A session that ended, or a token that ran out, ends what was opened with it.
    if (!(await stream.reader.mayGoOn())) return end(stream);
    if (!streams.has(stream)) return;
    write(stream, HEARTBEAT);
    await stream.presence?.renew();
  };
  // Expected: the database or the issuer is away, so that nobody can tell. The reader connects again, and is asked then.
  const turns = takeTurns<OpenStream>(heartbeatMs, (stream) => void beat(stream).catch(() => end(stream)));
  const unsubscribe = live.subscribe((announcement) => {
    const bytes = bytesOf('cpe-update', eventOf(announcement));
    for (const stream of streams) if (hears(stream.reader, announcement)) write(stream, bytes);
  });
  return {
    hasTooMany: (readerId) => (counts.get(readerId) ?? 0) >= MOST_STREAMS,
    open(reader) {
      const stream: OpenStream = { reader, readable: new Pushed() };
      streams.add(stream);
      turns.add(stream);
      count(reader.readerId, 1);
      write(stream, BEGINNING);
      stream.readable.once('close', () => forget(stream));
      stream.presence = reader.enter?.((names) => {
        if (streams.has(stream)) write(stream, bytesOf('presence', { names }));
      });
      return stream.readable;
    },
    stop() {
      turns.stop();
      unsubscribe();
      for (const stream of streams) end(stream);
    },
  };
};

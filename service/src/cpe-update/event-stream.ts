import { PassThrough } from 'node:stream';
import { z } from 'zod';
import type { Desk } from '../desk.ts';
import { type Api, problemAnswers } from '../http/api.ts';
import { sendProblem } from '../http/problem.ts';
import { bePresent, type Presence } from '../presence/presence.ts';
import { type LoadedTicket, loadTicket, noSuchTicket } from '../ticket/load-ticket.ts';
import { type Announcement, eventOf } from './live-updates.ts';

/** Proxies close connections that are silent for longer; a comment also tells us of a browser that is gone. */
const HEARTBEAT_MS = 15_000;
const RECONNECT_MS = 2000;
/** A reader this far behind is cut off; it connects again and loads the state as it is. */
const MOST_UNREAD_BYTES = 256 * 1024;

/** As many as one caller has open at most: a page holds one. */
const MOST_STREAMS = 50;

/** The open streams of a server, with the id of the caller who reads each. */
const streams = new WeakMap<Api, Map<PassThrough, string>>();

type Reader = {
  readerId: string;
  mayGoOn: () => Promise<boolean>;
  heartbeatMs: number;
  /** Makes the reader present where others see it; null for programs, and for whoever looks at no ticket. */
  enter: ((changed: (names: string[]) => void) => Presence) | null;
};

const hasTooMany = (app: Api, readerId: string): boolean =>
  [...(streams.get(app)?.values() ?? [])].filter((each) => each === readerId).length >= MOST_STREAMS;

const tooMany = {
  code: 'too-many-requests',
  detail: `You have ${MOST_STREAMS} event streams open already; close some`,
} as const;

/** A stream of what is heard, as `text/event-stream` (HTML, 9.2). */
const openStream = (
  app: Api,
  desk: Desk,
  isHeard: (announcement: Announcement) => boolean,
  { readerId, mayGoOn, heartbeatMs, enter }: Reader,
): PassThrough => {
  const stream = new PassThrough();
  const write = (text: string) => {
    if (stream.writableLength > MOST_UNREAD_BYTES) stream.destroy();
    else stream.write(text);
  };
  write(`retry: ${RECONNECT_MS}\n\n`);
  const beat = async (): Promise<void> => {
    // A session that ended, or a token that ran out, ends what was opened with it.
    if (!(await mayGoOn())) {
      stream.end();
      return;
    }
    write(': still here\n\n');
    await presence?.renew();
  };
  const heartbeat = setInterval(() => {
    // Expected: the database or the issuer is away, so that nobody can tell. The reader connects again, and is asked then.
    beat().catch(() => stream.end());
  }, heartbeatMs);
  const unsubscribe = desk.live.subscribe((announcement) => {
    if (isHeard(announcement)) write(`event: cpe-update\ndata: ${JSON.stringify(eventOf(announcement))}\n\n`);
  });
  const presence = enter?.((names) => write(`event: presence\ndata: ${JSON.stringify({ names })}\n\n`));
  streams.get(app)?.set(stream, readerId);
  stream.once('close', () => {
    clearInterval(heartbeat);
    unsubscribe();
    void presence?.leave();
    streams.get(app)?.delete(stream);
  });
  return stream;
};

/** `GET /ticket/ctt/events`: committed states of updates, of one ticket's line or of all that the caller may see. */
export const registerEvents = (app: Api, desk: Desk, heartbeatMs = HEARTBEAT_MS): void => {
  streams.set(app, new Map());
  // A stream never ends by itself: closing the server would wait for it.
  app.addHook('preClose', async () => streams.get(app)?.forEach((_, stream) => void stream.end()));
  app.get(
    '/ticket/ctt/events',
    {
      config: { action: 'cpe-update:read', isPassive: true },
      schema: {
        summary:
          'Server-sent events: cpe-update, a state that an update reached; presence, who else has a ticket of the line open',
        tags: ['cpe updates'],
        querystring: z.strictObject({
          id: z.string().optional().describe('Id of a ticket: only the updates of its service line'),
        }),
        response: {
          200: {
            description: 'Events with a CpeUpdateEvent or a PresenceEvent as data',
            content: {
              'text/event-stream': {
                schema: z.unknown().describe('A text/event-stream, see CpeUpdateEvent'),
              },
            },
          },
          ...problemAnswers('malformed-request', 'ctt-not-found'),
        },
      },
    },
    async (request, reply) => {
      const { caller } = request;
      const { segmentGroups, id: readerId } = caller;
      const isPerson = request.headers.authorization === undefined;
      const at = ({ line }: LoadedTicket) => ({ serviceLineId: line.id, beatMs: heartbeatMs });
      if (hasTooMany(app, readerId)) return sendProblem(reply, tooMany);
      const { id } = request.query;
      const ticket = id === undefined ? undefined : await loadTicket(desk.db, id, segmentGroups);
      if (id !== undefined && !ticket) return sendProblem(reply, noSuchTicket(id));
      const stream = openStream(
        app,
        desk,
        ({ segmentGroup, serviceLineId }) =>
          segmentGroups.includes(segmentGroup) && (!ticket || ticket.line.id === serviceLineId),
        {
          readerId,
          mayGoOn: () => request.mayStill(),
          heartbeatMs,
          enter: isPerson && ticket ? (changed) => bePresent(desk, caller, at(ticket), changed) : null,
        },
      );
      request.raw.once('close', () => stream.destroy());
      return reply
        .header('content-type', 'text/event-stream; charset=utf-8')
        .header('cache-control', 'no-store')
        .header('x-accel-buffering', 'no')
        .serializer((payload: unknown) => String(payload))
        .send(stream);
    },
  );
};

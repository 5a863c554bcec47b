import { MOST_TICKETS_OF_STREAM } from '@cpe-desk/contract';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { countUnread } from '../inbox/read-inbox.ts';
import { type Api, problemAnswers } from '../platform/http/api.ts';
import { sendProblem } from '../platform/http/problem.ts';
import type { Readers } from '../platform/http/reading.ts';
import { announcePresence, type PresenceDeps } from '../presence/presence.ts';
import { loadLines } from '../tickets/load-lines.ts';
import { ticketNotFound } from '../tickets/load-ticket.ts';
import type { LiveUpdates } from './live-updates.ts';
import { MOST_STREAMS, openStreams, type Reader } from './open-streams.ts';
import { watchBulks } from './watch-bulks.ts';

/**
 * Proxies close connections that are silent for longer. A ping also detects a browser that has
 * left.
 */
const HEARTBEAT_MS = 15_000;

export type LiveDeps = Pick<Readers, 'reads'> & Pick<PresenceDeps, 'log'> & { live: LiveUpdates };

const tooMany = {
  code: 'too-many-requests',
  detail: `You have ${MOST_STREAMS} open event streams already; close some`,
} as const;

const query = z.strictObject({
  id: z
    .union([z.string(), z.array(z.string())])
    .transform((ids) => [...new Set([ids].flat())])
    .pipe(z.array(z.string()).max(MOST_TICKETS_OF_STREAM))
    .optional()
    .describe(
      `Id of a ticket: only the updates of its service line. At most ${MOST_TICKETS_OF_STREAM}: id=…&id=…`,
    ),
});

const describedStream = {
  description: 'Events, each with JSON as its data',
  content: {
    'text/event-stream': {
      schema: z
        .unknown()
        .describe(
          'cpe-update: CpeUpdateEvent; presence: PresenceEvent; inbox: InboxUnread; bulk: ' +
            'BulkEvent; gone: GoneEvent; ping: PingEvent. Ignore unknown names.',
        ),
    },
  },
};

/** The reader of a request, with the tickets among `ids` that the caller may see. */
const readerOf = async (
  deps: LiveDeps,
  request: FastifyRequest,
  ids: readonly string[] | undefined,
  heartbeatMs: number,
): Promise<Reader> => {
  const { caller } = request;
  const loadVisible: Reader['loadVisible'] = (requested) =>
    loadLines(deps.reads, requested, caller.segmentGroups);
  const tickets = ids ? await loadVisible(ids) : null;
  const isPerson = request.headers.authorization === undefined;
  const lineIds = new Set(tickets?.values());
  return {
    readerId: caller.id,
    segmentGroups: caller.segmentGroups,
    tickets,
    gone: (ids ?? []).filter((id) => !tickets?.has(id)),
    isStillAllowed: () => request.isStillAllowed(),
    loadVisible,
    readsBulks: caller.actions.includes('cpe-bulk:read'),
    countUnread: () => countUnread(deps.reads, caller),
    enter:
      isPerson && lineIds.size > 0
        ? (changed) =>
            announcePresence({ ...deps, db: deps.reads }, caller, { lineIds, heartbeatMs }, changed)
        : null,
  };
};

/**
 * `GET /ticket/ctt/events`: committed states of updates, of up to 50 tickets' lines or of all lines
 * that the caller may see. Returns how many streams are open.
 */
export const registerEvents = (
  app: Api,
  deps: LiveDeps,
  heartbeatMs = HEARTBEAT_MS,
): (() => number) => {
  const streams = openStreams(deps.live, heartbeatMs, (listener) =>
    watchBulks(deps.reads, deps.log, listener),
  );
  // A stream never ends: closing the server would wait for it.
  app.addHook('preClose', async () => streams.stop());
  app.get(
    '/ticket/ctt/events',
    {
      config: { action: 'cpe-update:read', isPassive: true },
      schema: {
        summary:
          'Server-sent events: cpe-update, a state that an update reached; presence, who else is ' +
          'viewing a line; inbox, your unread entries; bulk, progress of a bulk; gone, a ticket that you may not see; ping, ' +
          'the stream works',
        tags: ['cpe updates'],
        querystring: query,
        response: { 200: describedStream, ...problemAnswers('malformed-request', 'ctt-not-found') },
      },
    },
    async (request, reply) => {
      const { id: ids } = request.query;
      const reader = await readerOf(deps, request, ids, heartbeatMs);
      // A single missing ticket is the caller's mistake. Of several tickets some may have gone.
      const [only] = ids?.length === 1 ? reader.gone : [];
      if (only !== undefined) return sendProblem(reply, ticketNotFound(only));
      // Checked without an await before the open, so that no request of the same caller comes
      // between.
      if (streams.hasTooMany(reader.readerId)) {
        reply.header('retry-after', Math.ceil(heartbeatMs / 1000));
        return sendProblem(reply, tooMany);
      }
      const stream = streams.open(reader);
      request.raw.once('close', () => stream.destroy());
      return reply
        .header('content-type', 'text/event-stream; charset=utf-8')
        .header('cache-control', 'no-store')
        .header('x-accel-buffering', 'no')
        .serializer((payload: unknown) => String(payload))
        .send(stream);
    },
  );
  return streams.count;
};

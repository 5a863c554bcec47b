import { z } from 'zod';
import type { Desk } from '../desk.ts';
import { type Api, problemAnswers } from '../http/api.ts';
import { sendProblem } from '../http/problem.ts';
import { bePresent } from '../presence/presence.ts';
import { type LoadedTicket, loadTicket, noSuchTicket } from '../ticket/load-ticket.ts';
import { MOST_STREAMS, openStreams } from './open-streams.ts';

/** Proxies close connections that are silent for longer; a comment also tells us of a browser that is gone. */
const HEARTBEAT_MS = 15_000;

const tooMany = {
  code: 'too-many-requests',
  detail: `You have ${MOST_STREAMS} event streams open already; close some`,
} as const;

/** `GET /ticket/ctt/events`: committed states of updates, of one ticket's line or of all that the caller may see. */
export const registerEvents = (app: Api, desk: Desk, heartbeatMs = HEARTBEAT_MS): void => {
  const streams = openStreams(desk.live, heartbeatMs);
  // A stream never ends by itself: closing the server would wait for it.
  app.addHook('preClose', async () => streams.stop());
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
      const { id } = request.query;
      const ticket = id === undefined ? undefined : await loadTicket(desk.db, id, segmentGroups);
      if (id !== undefined && !ticket) return sendProblem(reply, noSuchTicket(id));
      // Right before it is opened: of many that come at once, none gets between.
      if (streams.hasTooMany(readerId)) return sendProblem(reply, tooMany);
      const stream = streams.open({
        readerId,
        segmentGroups,
        lineId: ticket?.line.id ?? null,
        mayGoOn: () => request.mayStill(),
        enter: isPerson && ticket ? (changed) => bePresent(desk, caller, at(ticket), changed) : null,
      });
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

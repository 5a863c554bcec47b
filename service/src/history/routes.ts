import { historyPageSchema, historyQuerySchema } from '@cpe-desk/contract';
import type { Desk } from '../desk.ts';
import { type Api, idParams, problemAnswers } from '../http/api.ts';
import { notACursor } from '../http/cursor.ts';
import { sendProblem } from '../http/problem.ts';
import { loadTicket, noSuchTicket } from '../ticket/load-ticket.ts';
import { readHistory } from './read-history.ts';

/** `GET /ticket/ctt/cpe/history/:id`. */
export const registerHistory = (app: Api, desk: Desk): void => {
  app.get(
    '/ticket/ctt/cpe/history/:id',
    {
      config: { action: 'history:read' },
      schema: {
        summary: 'The CPE history of the ticket’s service line, over all its tickets, newest first',
        tags: ['history'],
        params: idParams,
        querystring: historyQuerySchema,
        response: { 200: historyPageSchema, ...problemAnswers('malformed-request', 'ctt-not-found') },
      },
    },
    async (request, reply) => {
      const ticket = await loadTicket(desk.db, request.params.id, request.caller.segmentGroups);
      if (!ticket) return sendProblem(reply, noSuchTicket(request.params.id));
      const page = await readHistory(desk.db, ticket.line.id, request.query);
      return page ?? sendProblem(reply, notACursor);
    },
  );
};

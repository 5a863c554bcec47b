import { judgeEligibility, ticketListQuerySchema, ticketListSchema, ticketSchema } from '@cpe-desk/contract';
import type { Desk } from '../desk.ts';
import { type Api, idParams, problemAnswers } from '../http/api.ts';
import { sendProblem } from '../http/problem.ts';
import { listTickets } from './list-tickets.ts';
import { type LoadedTicket, loadTicket, noSuchTicket } from './load-ticket.ts';

/** The ticket as `GET /ticket/ctt/:id` answers it. */
const ticketAnswer = (ticket: LoadedTicket, { policy, nig }: Desk) => {
  const { line, olt, ...rest } = ticket;
  return {
    ...rest,
    serviceLine: line,
    eligibility: judgeEligibility({ status: ticket.status, ...line }, policy.editableSegmentGroups),
    lineFacts: {
      accessType: line.accessType,
      plan: line.plan,
      oltPorts: olt?.ports ?? null,
      allowedPrefixes: policy.allowedPrefixes,
    },
    nig: { isAvailable: nig.isAvailable?.() ?? true },
  };
};

/** `GET /ticket/ctt` and `GET /ticket/ctt/:id`. */
export const registerTickets = (app: Api, desk: Desk): void => {
  app.get(
    '/ticket/ctt',
    {
      config: { action: 'ticket:read' },
      schema: {
        summary: 'Tickets of the caller’s segment groups, newest first',
        tags: ['tickets'],
        querystring: ticketListQuerySchema,
        response: { 200: ticketListSchema, ...problemAnswers('malformed-request') },
      },
    },
    async (request, reply) => {
      const { segmentGroups } = request.caller;
      const page = await listTickets(
        desk.db,
        request.query,
        segmentGroups,
        desk.policy.editableSegmentGroups,
      );
      if (page) return page;
      const detail = 'Give the nextCursor of the page before, with the same sort';
      const errors = [{ pointer: '/cursor', code: 'not-a-cursor', detail }];
      return sendProblem(reply, { code: 'malformed-request', detail, errors });
    },
  );

  app.get(
    '/ticket/ctt/:id',
    {
      config: { action: 'ticket:read' },
      schema: {
        summary: 'One ticket with its line, CPE, network elements, corp data and eligibility',
        tags: ['tickets'],
        params: idParams,
        response: { 200: ticketSchema, ...problemAnswers('ctt-not-found') },
      },
    },
    async (request, reply) => {
      const ticket = await loadTicket(desk.db, request.params.id, request.caller.segmentGroups);
      return ticket ? ticketAnswer(ticket, desk) : sendProblem(reply, noSuchTicket(request.params.id));
    },
  );
};

import {
  type Caller,
  canUpdateOf,
  judgeEligibility,
  judgeUpdate,
  type TicketFilter,
  ticketCountsSchema,
  ticketExportQuerySchema,
  ticketFilterSchema,
  ticketListQuerySchema,
  ticketListSchema,
  ticketSchema,
} from '@cpe-desk/contract';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { recordAccess } from '../access/access-log/record-access.ts';
import type { Pool } from '../platform/database/database.ts';
import { type Api, idParams, problemAnswers } from '../platform/http/api.ts';
import { notACursor } from '../platform/http/cursor.ts';
import { limitConcurrency } from '../platform/http/limit-concurrency.ts';
import { sendProblem } from '../platform/http/problem.ts';
import { listing, reading } from '../platform/http/reading.ts';
import { tableFormNames, tableForms } from '../platform/tables/table-forms.ts';
import { countTickets } from './count-tickets.ts';
import type { TicketDeps } from './deps.ts';
import { exportTickets } from './export-tickets.ts';
import { type ListScope, listTickets, textOf } from './list-tickets.ts';
import { loadLineContext } from './load-line-context.ts';
import type { LoadedTicket } from './load-ticket.ts';
import { ruleFactsOf } from './rule-facts.ts';
import { withTicket } from './with-ticket.ts';

/** The answer of `GET /ticket/ctt/:id`. */
const ticketAnswer = async (
  ticket: LoadedTicket,
  { actions }: Caller,
  { db, policy, nig }: TicketDeps,
) => {
  const { line, olt, neighbours, ...rest } = ticket;
  const isAvailable = nig.isAvailable?.() ?? true;
  const { oltPrefixes, knowsDualStack, ...context } = await loadLineContext(db, ticket);
  return {
    ...rest,
    ...context,
    serviceLine: line,
    eligibility: judgeEligibility({ status: ticket.status, ...line }, policy.editableSegmentGroups),
    canUpdate: canUpdateOf(
      judgeUpdate(
        {
          ...{ ...line, status: ticket.status, elements: ticket.networkElements, actions },
          ...{ isUnsettled: ticket.unsettledUpdate !== null, isNigAvailable: isAvailable },
        },
        policy.editableSegmentGroups,
      ),
    ),
    lineFacts: {
      ...ruleFactsOf({ line, olt }, policy),
      plan: line.plan,
      knowsDualStack,
      neighbours,
      oltPrefixes,
    },
    nig: { isAvailable, capabilities: nig.capabilities },
  };
};

/** What a caller may list. */
export const scopeOf = (
  { policy }: Pick<TicketDeps, 'policy'>,
  { segmentGroups, actions }: Caller,
): ListScope => ({
  scope: segmentGroups,
  actions,
  editableGroups: policy.editableSegmentGroups,
});

/** A list with a text is a search; without one it is read along an index. */
const listPool = (
  deps: TicketDeps,
  reply: FastifyReply,
  request: { caller: Caller; query: Pick<TicketFilter, 'q'> },
): Pool => listing(deps, textOf(request.query) ? 'searches' : 'reads', reply, request);

const registerList = (app: Api, deps: TicketDeps): void => {
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
      const page = await listTickets(
        listPool(deps, reply, request),
        request.query,
        scopeOf(deps, request.caller),
      );
      return page ?? sendProblem(reply, notACursor);
    },
  );

  app.get(
    '/ticket/ctt/counts',
    {
      config: { action: 'ticket:read' },
      schema: {
        summary:
          'The number of tickets of each status and segment group, with the other filters applied',
        tags: ['tickets'],
        querystring: ticketFilterSchema,
        response: { 200: ticketCountsSchema, ...problemAnswers('malformed-request') },
      },
    },
    async (request, reply) =>
      countTickets(listPool(deps, reply, request), request.query, scopeOf(deps, request.caller)),
  );
};

/** Of one caller at a time: an export reads all tickets of a filter. */
const MOST_EXPORTS = 2;

const registerExport = (app: Api, deps: TicketDeps): void => {
  // Both forms count towards the limit of one caller.
  const preHandler = limitConcurrency(MOST_EXPORTS, 'exports');
  for (const form of tableFormNames) {
    const { words, type, header, write } = tableForms[form];
    app.get(
      `/ticket/ctt/export.${form}`,
      {
        config: { action: 'ticket:export' },
        preHandler,
        schema: {
          summary: `All tickets of a filter as ${words}`,
          tags: ['tickets'],
          querystring: ticketExportQuerySchema,
          response: {
            200: {
              description: 'One row a ticket, after the headings',
              content: { [type]: { schema: z.unknown() } },
            },
            ...problemAnswers('malformed-request'),
          },
        },
      },
      async (request, reply) => {
        const { caller, query } = request;
        await recordAccess(deps.db, 'tickets-exported', caller, request, query);
        const rows = exportTickets(
          listing(deps, 'searches', reply, request),
          query,
          scopeOf(deps, caller),
        );
        return reply
          .header('content-type', header)
          .header('content-disposition', `attachment; filename="tickets.${form}"`)
          .serializer((payload: unknown) => String(payload))
          .send(write(rows));
      },
    );
  }
};

/** The tickets' routes. */
export const registerTickets = (app: Api, deps: TicketDeps): void => {
  registerList(app, deps);
  registerExport(app, deps);
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
      const readers = reading(deps, reply);
      return withTicket(readers, request, reply, (ticket) =>
        ticketAnswer(ticket, request.caller, readers),
      );
    },
  );
};

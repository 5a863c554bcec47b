import {
  compareQuerySchema,
  cpeComparisonSchema,
  historyPageSchema,
  historyQuerySchema,
  lineDevicesSchema,
} from '@cpe-desk/contract';
import { type Api, idParams, problemAnswers } from '../platform/http/api.ts';
import { notACursor } from '../platform/http/cursor.ts';
import { sendProblem } from '../platform/http/problem.ts';
import type { Readers } from '../platform/http/reading.ts';
import { reading } from '../platform/http/reading.ts';
import { withTicket } from '../tickets/with-ticket.ts';
import { compareMoments } from './compare-moments.ts';
import { lineDevices } from './line-devices.ts';
import { readHistory } from './read-history.ts';

/** The history of a ticket's line: its entries, its devices, and its CPE at two moments. */
export const registerHistory = (app: Api, deps: Pick<Readers, 'reads'>): void => {
  app.get(
    '/ticket/ctt/cpe/history/:id',
    {
      config: { action: 'history:read' },
      schema: {
        summary: 'The CPE history of the ticket’s service line, over all its tickets, newest first',
        tags: ['history'],
        params: idParams,
        querystring: historyQuerySchema,
        response: {
          200: historyPageSchema,
          ...problemAnswers('malformed-request', 'ctt-not-found'),
        },
      },
    },
    async (request, reply) => {
      const readers = reading(deps, reply);
      return withTicket(readers, request, reply, async ({ line }) => {
        const page = await readHistory(readers.db, line, request.query);
        return page ?? sendProblem(reply, notACursor);
      });
    },
  );

  app.get(
    '/ticket/ctt/cpe/history/:id/devices',
    {
      config: { action: 'history:read' },
      schema: {
        summary:
          'The devices of the ticket’s service line through its swaps, the device in use first',
        tags: ['history'],
        params: idParams,
        response: { 200: lineDevicesSchema, ...problemAnswers('ctt-not-found') },
      },
    },
    async (request, reply) => {
      const readers = reading(deps, reply);
      return withTicket(readers, request, reply, (ticket) => lineDevices(readers.db, ticket));
    },
  );

  app.get(
    '/ticket/ctt/cpe/history/:id/compare',
    {
      config: { action: 'history:read' },
      schema: {
        summary: 'The CPE of the ticket’s service line at two moments, and the fields that differ',
        tags: ['history'],
        params: idParams,
        querystring: compareQuerySchema,
        response: {
          200: cpeComparisonSchema,
          ...problemAnswers('malformed-request', 'ctt-not-found'),
        },
      },
    },
    async (request, reply) => {
      const readers = reading(deps, reply);
      return withTicket(readers, request, reply, (ticket) =>
        compareMoments(readers.db, ticket, request.query),
      );
    },
  );
};

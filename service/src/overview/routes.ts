import { overviewQuerySchema, overviewSchema } from '@cpe-desk/contract';
import type { Desk } from '../desk.ts';
import { type Api, problemAnswers } from '../platform/http/api.ts';
import { searching } from '../platform/http/reading.ts';
import { readOverview } from './read-overview.ts';

/** `GET /ticket/ctt/cpe/overview`. */
export const registerOverview = (app: Api, desk: Desk): void => {
  app.get(
    '/ticket/ctt/cpe/overview',
    {
      config: { action: 'overview:read' },
      schema: {
        summary: 'How updates and NIG have been doing',
        tags: ['cpe updates'],
        querystring: overviewQuerySchema,
        response: { 200: overviewSchema, ...problemAnswers('malformed-request') },
      },
    },
    async (request, reply) =>
      readOverview(searching(desk, reply).db, request.caller.segmentGroups, {
        days: request.query.days,
        timeZone: desk.timeZone,
      }),
  );
};

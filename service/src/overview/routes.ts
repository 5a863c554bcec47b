import { overviewQuerySchema, overviewSchema } from '@cpe-desk/contract';
import type { Nig } from '../nig/nig.ts';
import { type Api, problemAnswers } from '../platform/http/api.ts';
import { listing, type Readers } from '../platform/http/reading.ts';
import { readOverview } from './read-overview.ts';

/** `GET /ticket/ctt/cpe/overview`. */
export const registerOverview = (
  app: Api,
  deps: Readers & { timeZone: string; nig: Pick<Nig, 'status'> },
): void => {
  app.get(
    '/ticket/ctt/cpe/overview',
    {
      config: { action: 'overview:read' },
      schema: {
        summary: 'Statistics of updates and NIG',
        tags: ['cpe updates'],
        querystring: overviewQuerySchema,
        response: { 200: overviewSchema, ...problemAnswers('malformed-request') },
      },
    },
    async (request, reply) => ({
      ...(await readOverview(
        listing(deps, 'searches', reply, request),
        request.caller.segmentGroups,
        {
          days: request.query.days,
          timeZone: deps.timeZone,
        },
      )),
      nig: deps.nig.status(),
    }),
  );
};

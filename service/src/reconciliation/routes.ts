import { driftListSchema } from '@cpe-desk/contract';
import { type Api, problemAnswers } from '../platform/http/api.ts';
import { type Readers, reading } from '../platform/http/reading.ts';
import { listDrift } from './list-drift.ts';

export const registerDrift = (app: Api, deps: Pick<Readers, 'reads'>): void => {
  app.get(
    '/ticket/ctt/cpe/drift',
    {
      config: { action: 'drift:read' },
      schema: {
        summary:
          'Lines whose recorded CPE differs from the corp-data record or NIG, as last compared',
        tags: ['cpe updates'],
        response: { 200: driftListSchema, ...problemAnswers() },
      },
    },
    async (request, reply) => listDrift(reading(deps, reply).db, request.caller),
  );
};

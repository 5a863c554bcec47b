import { deviceModelListSchema, plainText } from '@cpe-desk/contract';
import { z } from 'zod';
import { type Api, problemAnswers } from '../../platform/http/api.ts';
import { type Readers, reading } from '../../platform/http/reading.ts';
import { searchModels } from './find-models.ts';

/** More than the shipped catalogue has, so no second page is needed. */
const MOST_MODELS = 200;

const modelQuerySchema = z.strictObject({
  q: plainText(100).default('').describe('Part of "manufacturer model", ignoring case'),
});

/** `GET /catalog/models`. */
export const registerCatalogue = (app: Api, deps: Pick<Readers, 'reads'>): void => {
  app.get(
    '/catalog/models',
    {
      config: { action: 'catalogue:read' },
      schema: {
        summary: 'Models of the device catalogue, those whose name begins with q first',
        tags: ['catalogue'],
        querystring: modelQuerySchema,
        response: { 200: deviceModelListSchema, ...problemAnswers('malformed-request') },
      },
    },
    async (request, reply) => ({
      items: await searchModels(reading(deps, reply).db, request.query.q, MOST_MODELS),
    }),
  );
};

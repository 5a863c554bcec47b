import {
  deviceModelListSchema,
  deviceModelSchema,
  modelRequestBodySchema,
  modelRequestListSchema,
  modelRequestSchema,
  newModelSchema,
  plainText,
  vendorIdListSchema,
} from '@cpe-desk/contract';
import { z } from 'zod';
import type { Pool } from '../../platform/database/database.ts';
import { type Api, problemAnswers } from '../../platform/http/api.ts';
import { sendProblem } from '../../platform/http/problem.ts';
import { type Readers, reading } from '../../platform/http/reading.ts';
import { addModel } from './add-model.ts';
import { searchModels } from './find-models.ts';
import { declineRequest, listRequests, requestModel } from './model-requests.ts';
import { loadVendorIds } from './vendor-ids.ts';

/** More than a catalogue has, so no second page is needed. */
const MOST_MODELS = 2000;

const tags = ['catalogue'];

const modelQuerySchema = z.strictObject({
  q: plainText(100).default('').describe('Part of "manufacturer model", ignoring case'),
});

const requestParams = z.object({ requestId: z.uuid() });

type CatalogueDeps = Pick<Readers, 'reads'> & { db: Pool };

/** `GET` and `POST /catalog/models`, `GET /catalog/vendor-ids`. */
const registerModels = (app: Api, deps: CatalogueDeps): void => {
  app.get(
    '/catalog/models',
    {
      config: { action: 'catalogue:read' },
      schema: {
        summary: 'Models of the device catalogue, those whose name begins with q first',
        tags,
        querystring: modelQuerySchema,
        response: { 200: deviceModelListSchema, ...problemAnswers('malformed-request') },
      },
    },
    async (request, reply) => ({
      items: await searchModels(reading(deps, reply).db, request.query.q, MOST_MODELS),
    }),
  );
  app.post(
    '/catalog/models',
    {
      config: { action: 'catalogue:write' },
      schema: {
        summary: 'Adds a model to the device catalogue, for all instances at once',
        tags,
        body: newModelSchema,
        response: {
          201: deviceModelSchema,
          ...problemAnswers('malformed-request', 'model-exists', 'unsupported-media-type'),
        },
      },
    },
    async (request, reply) => {
      const added = await addModel(deps.db, request.caller, request.body, request);
      return added.ok ? reply.code(201).send(added.value) : sendProblem(reply, added.failure);
    },
  );
  app.get(
    '/catalog/vendor-ids',
    {
      config: { action: 'catalogue:read' },
      schema: {
        summary: 'The vendor ids of PON serial numbers, with their vendors',
        tags,
        response: { 200: vendorIdListSchema, ...problemAnswers() },
      },
    },
    async (_, reply) => ({
      items: [...(await loadVendorIds(reading(deps, reply).db))].map(([vendorId, vendor]) => ({
        vendorId,
        vendor,
      })),
    }),
  );
};

/** Requests of models that the catalogue lacks. Adding the model answers its request. */
const registerRequests = (app: Api, deps: CatalogueDeps): void => {
  app.post(
    '/catalog/model-requests',
    {
      config: { action: 'catalogue:request' },
      schema: {
        summary: 'Asks supervisors to add a model; the first request of a model stays',
        tags,
        body: modelRequestBodySchema,
        response: {
          201: modelRequestSchema,
          ...problemAnswers('malformed-request', 'model-exists', 'unsupported-media-type'),
        },
      },
    },
    async (request, reply) => {
      const requested = await requestModel(deps.db, request.caller, request.body);
      return requested.ok
        ? reply.code(201).send(requested.value)
        : sendProblem(reply, requested.failure);
    },
  );
  app.get(
    '/catalog/model-requests',
    {
      config: { action: 'catalogue:write' },
      schema: {
        summary: 'Requested models that the catalogue lacks, the oldest first',
        tags,
        response: { 200: modelRequestListSchema, ...problemAnswers() },
      },
    },
    async (_, reply) => ({ items: await listRequests(reading(deps, reply).db) }),
  );
  app.delete(
    '/catalog/model-requests/:requestId',
    {
      config: { action: 'catalogue:write' },
      schema: {
        summary: 'Declines a requested model; one that is gone was answered',
        tags,
        params: requestParams,
        response: { 204: z.null(), ...problemAnswers('malformed-request') },
      },
    },
    async (request, reply) => {
      const { requestId } = request.params;
      await declineRequest(deps.db, request.caller, requestId, request);
      return reply.code(204).send(null);
    },
  );
};

/** The device catalogue: `/catalog/…`. */
export const registerCatalogue = (app: Api, deps: CatalogueDeps): void => {
  registerModels(app, deps);
  registerRequests(app, deps);
};

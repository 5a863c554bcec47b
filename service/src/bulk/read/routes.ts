import type { IncomingMessage } from 'node:http';
import {
  type BulkFormat,
  bulkMappingRequestSchema,
  bulkSchema,
  bulkUploadQuerySchema,
  type Failure,
  idempotencyKeySchema,
} from '@cpe-desk/contract';
import type { FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { type Api, problemAnswers } from '../../platform/http/api.ts';
import { sendProblem } from '../../platform/http/problem.ts';
import { addToLine } from '../../platform/http/request-lines.ts';
import { XLSX_TYPE } from '../../platform/tables/table-forms.ts';
import type { BulkDeps } from '../deps.ts';
import { bulkParams, sendBulk } from '../with-bulk.ts';
import { saveMapping } from './save-mapping.ts';
import { receiveUpload, tooLarge } from './upload.ts';

const formats: Readonly<Record<string, BulkFormat>> = {
  'text/csv': 'csv',
  'application/x-ndjson': 'ndjson',
  [XLSX_TYPE]: 'xlsx',
};

/** A large file over a slow line. */
const ARRIVES_WITHIN_MS = 120_000;

const notAFile: Failure = {
  code: 'unsupported-media-type',
  detail: `Send ${Object.keys(formats).join(', ')}`,
};

const formatOf = ({ headers }: FastifyRequest): BulkFormat | undefined =>
  formats[(headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? ''];

async function* nothing(): AsyncGenerator<Buffer> {}

const registerUpload = (app: Api, deps: BulkDeps): void => {
  app.post(
    '/ticket/ctt/cpe/bulk',
    {
      config: { action: 'cpe-bulk:run', arrivesWithinMs: ARRIVES_WITHIN_MS },
      // The handler counts the bytes, and answers a file that is too large.
      bodyLimit: Number.MAX_SAFE_INTEGER,
      schema: {
        summary: 'Uploads a file of CPE updates, which is then read and checked',
        tags: ['bulk corrections'],
        consumes: Object.keys(formats),
        querystring: bulkUploadQuerySchema,
        headers: z.looseObject({ 'idempotency-key': idempotencyKeySchema.optional() }),
        response: {
          202: bulkSchema,
          ...problemAnswers(
            ...(['malformed-request', 'idempotency-key-reused'] as const),
            ...(['body-too-large', 'unsupported-media-type'] as const),
          ),
        },
      },
    },
    async (request, reply) => {
      const format = formatOf(request);
      if (!format) return sendProblem(reply, notAFile);
      const { maxBytes } = deps.bulkLimits;
      if (Number(request.headers['content-length'] ?? 0) > maxBytes)
        return sendProblem(reply.header('connection', 'close'), tooLarge(maxBytes));
      const uploaded = await receiveUpload(deps, {
        ...{ caller: request.caller, request, format, query: request.query },
        key: request.headers['idempotency-key'],
        body: (request.body as IncomingMessage | undefined) ?? nothing(),
      });
      if (!uploaded.ok) return sendProblem(reply, uploaded.failure);
      const { bulk, isReplayed } = uploaded.value;
      addToLine(request, { bulkId: bulk.bulkId });
      if (isReplayed) reply.header('idempotent-replayed', 'true');
      return reply.code(202).header('location', `/ticket/ctt/cpe/bulk/${bulk.bulkId}`).send(bulk);
    },
  );
};

const registerMapping = (app: Api, deps: BulkDeps): void => {
  app.put(
    '/ticket/ctt/cpe/bulk/:bulkId/mapping',
    {
      config: { action: 'cpe-bulk:run' },
      schema: {
        summary: 'Answers the questions of a bulk, which is then checked',
        tags: ['bulk corrections'],
        params: bulkParams,
        body: bulkMappingRequestSchema,
        response: {
          202: bulkSchema,
          ...problemAnswers(
            ...(['malformed-request', 'not-found', 'wrong-bulk-state'] as const),
            ...(['body-too-large', 'unsupported-media-type'] as const),
          ),
        },
      },
    },
    async (request, reply) => {
      const { caller, params, body } = request;
      const saved = await saveMapping(deps, caller, params.bulkId, body);
      return saved.ok
        ? sendBulk(deps, reply.code(202), saved.value.id)
        : sendProblem(reply, saved.failure);
    },
  );
};

/** The upload of a bulk, whose body is read as a stream, and its mapping. */
export const registerBulkReading = async (app: Api, deps: BulkDeps): Promise<void> => {
  registerMapping(app, deps);
  await app.register((plain, _options, done) => {
    const streams = plain.withTypeProvider<ZodTypeProvider>();
    streams.removeAllContentTypeParsers();
    streams.addContentTypeParser('*', (_request, payload, parsed) => parsed(null, payload));
    registerUpload(streams, deps);
    done();
  });
};

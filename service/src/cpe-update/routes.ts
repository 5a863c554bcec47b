import {
  type CpeUpdateAnswer,
  cpePreviewSchema,
  cpeUpdateAnswerSchema,
  cpeUpdateRequestSchema,
  cpeUpdateSchema,
  idempotencyKeySchema,
  revertRequestSchema,
} from '@cpe-desk/contract';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import type { Desk } from '../desk.ts';
import { type Api, idParams, problemAnswers } from '../platform/http/api.ts';
import { reading } from '../platform/http/reading.ts';
import { previewUpdate, updateCpe } from './cpe-update.ts';
import { keyed, type StoredAnswer } from './idempotency.ts';
import { limitProbing, type Probing } from './limit-probing.ts';
import { revertUpdate } from './revert/revert-update.ts';
import { updateParams, withUpdate } from './with-update.ts';

/** What steps 3 to 8 can say. */
const CHECKS = [
  'malformed-request',
  'ctt-not-found',
  'invalid-cpe',
  'no-network-context',
  'not-eligible',
  'stale-cpe',
  'update-in-progress',
  'value-in-use',
  'nig-differs',
  'body-too-large',
  'unsupported-media-type',
] as const;

/** What step 9 can say, and what a key can. */
const SENDING = ['idempotency-key-reused', 'nig-rejected', 'nig-unavailable', 'nig-outcome-unknown'] as const;

/** Loose: the other headers stay. */
const updateHeaders = z.looseObject({
  'idempotency-key': idempotencyKeySchema
    .optional()
    .describe('1-255 printable characters. The same key with the same body gets the same answer, once done'),
});

const JSON_TYPE = 'application/json; charset=utf-8';
const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

/** An answer as it was given before: same status, same body. */
const sendAgain = (reply: FastifyReply, { status, body }: StoredAnswer): FastifyReply =>
  reply
    .code(status)
    .header('idempotent-replayed', 'true')
    .header('content-type', status < 400 ? JSON_TYPE : PROBLEM_TYPE)
    .serializer(JSON.stringify)
    .send(body);

/** An answer as it is kept for retries: these get the same bytes. */
const sendAnswer = (reply: FastifyReply, answer: CpeUpdateAnswer): FastifyReply =>
  reply.header('content-type', JSON_TYPE).serializer(JSON.stringify).send(answer);

const registerUpdate = (app: Api, desk: Desk, probing: Probing): void => {
  app.post(
    '/ticket/ctt/cpe/update/:id',
    {
      config: { action: 'cpe-update:request' },
      preHandler: probing.refuse,
      schema: {
        summary: 'Corrects, refreshes or swaps the CPE of the ticket’s service line',
        tags: ['cpe updates'],
        params: idParams,
        headers: updateHeaders,
        body: cpeUpdateRequestSchema,
        response: { 200: cpeUpdateAnswerSchema, ...problemAnswers(...CHECKS, ...SENDING) },
      },
    },
    async (request, reply) => {
      const { caller, params, body, headers } = request;
      const key = keyed(caller, headers['idempotency-key'], params.id, body);
      const outcome = await updateCpe(desk, caller, params.id, body, key, request.id);
      if ('replay' in outcome) return sendAgain(reply, outcome.replay);
      return outcome.ok
        ? sendAnswer(reply, outcome.value)
        : probing.sendFailure(request, reply, outcome.failure);
    },
  );
};

const registerPreview = (app: Api, desk: Desk, probing: Probing): void => {
  app.post(
    '/ticket/ctt/cpe/preview/:id',
    {
      config: { action: 'cpe-update:preview' },
      preHandler: probing.refuse,
      schema: {
        summary: 'What the update with this body would do; records nothing, sends nothing',
        tags: ['cpe updates'],
        params: idParams,
        body: cpeUpdateRequestSchema,
        response: { 200: cpePreviewSchema, ...problemAnswers(...CHECKS) },
      },
    },
    async (request, reply) => {
      const { caller, params, body } = request;
      const preview = await previewUpdate(reading(desk, reply), caller, params.id, body);
      if (!preview.ok) return probing.sendFailure(request, reply, preview.failure);
      // Of previews under way at a time, a good answer tells as much as a refused one.
      return (await probing.isUsedUp(request, reply)) ? reply : preview.value;
    },
  );
};

const registerOneUpdate = (app: Api, desk: Desk): void => {
  app.get(
    '/ticket/ctt/cpe/updates/:updateId',
    {
      config: { action: 'cpe-update:read' },
      schema: {
        summary: 'One update and its state',
        tags: ['cpe updates'],
        params: updateParams,
        response: { 200: cpeUpdateSchema, ...problemAnswers('not-found') },
      },
    },
    async (request, reply) =>
      withUpdate(
        reading(desk, reply),
        request.params.updateId,
        request.caller.segmentGroups,
        reply,
        async (update) => update,
      ),
  );
};

const registerRevert = (app: Api, desk: Desk, probing: Probing): void => {
  app.post(
    '/ticket/ctt/cpe/updates/:updateId/revert',
    {
      config: { action: 'cpe-update:revert' },
      preHandler: probing.refuse,
      schema: {
        summary: 'Takes an applied update back, by a new one through the same flow',
        tags: ['cpe updates'],
        params: updateParams,
        headers: updateHeaders,
        body: revertRequestSchema,
        response: {
          200: cpeUpdateAnswerSchema,
          ...problemAnswers(...CHECKS, ...SENDING, 'not-found', 'not-revertible'),
        },
      },
    },
    async (request, reply) => {
      const { caller, params, body, headers } = request;
      return withUpdate(desk, params.updateId, caller.segmentGroups, reply, async (update) => {
        const of = { revertOf: update.updateId, ...body };
        const key = keyed(caller, headers['idempotency-key'], update.cttId, of);
        const outcome = await revertUpdate(desk, caller, update, body, key, request.id);
        if ('replay' in outcome) return sendAgain(reply, outcome.replay);
        return outcome.ok
          ? sendAnswer(reply, outcome.value)
          : probing.sendFailure(request, reply, outcome.failure);
      });
    },
  );
};

/** The update, its preview, the look at one and its way back. */
export const registerCpeUpdates = (app: Api, desk: Desk): void => {
  const probing = limitProbing(app, desk);
  registerUpdate(app, desk, probing);
  registerPreview(app, desk, probing);
  registerOneUpdate(app, desk);
  registerRevert(app, desk, probing);
};

import { type CpeUpdateAnswer, idempotencyKeySchema } from '@cpe-desk/contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { addToLine } from '../platform/http/request-lines.ts';
import type { Origin } from './3-record.ts';
import type { UpdateOutcome } from './cpe-update.ts';
import type { StoredAnswer } from './idempotency.ts';
import type { Probing } from './limit-probing.ts';

/** What steps 3 to 8 can say. */
export const CHECKS = [
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
export const SENDING = [
  'idempotency-key-reused',
  'nig-rejected',
  'nig-unavailable',
  'nig-outcome-unknown',
] as const;

/** Loose: the other headers stay. */
export const updateHeaders = z.looseObject({
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

/** The request as the origin of an update, whose id its log line gets. */
export const originOf = (request: FastifyRequest): Origin => ({
  requestId: request.id,
  recording: (updateId) => addToLine(request, { updateId }),
});

/** Answers with the outcome of an update: new, or as its key was answered before. */
export const sendOutcome = (
  request: FastifyRequest,
  reply: FastifyReply,
  outcome: UpdateOutcome,
  probing: Probing,
) => {
  if ('replay' in outcome) {
    addToLine(request, { updateId: outcome.replay.updateId });
    return sendAgain(reply, outcome.replay);
  }
  if (!outcome.ok && outcome.failure.code === 'nig-outcome-unknown')
    addToLine(request, { updateId: outcome.failure.updateId });
  return outcome.ok ? sendAnswer(reply, outcome.value) : probing.sendFailure(request, reply, outcome.failure);
};

import { type CpeUpdateAnswer, idempotencyKeySchema } from '@cpe-desk/contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { addToLine } from '../platform/http/request-lines.ts';
import type { UpdateOutcome } from './cpe-update.ts';
import type { StoredAnswer } from './idempotency.ts';
import type { Origin } from './intent.ts';
import type { Probing } from './limit-probing.ts';

/** The failures of steps 3 to 8. */
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

/** The failures of step 9, and of a key. */
export const SENDING = [
  'idempotency-key-reused',
  'nig-rejected',
  'nig-unavailable',
  'nig-outcome-unknown',
] as const;

/** Loose: other headers pass. */
export const updateHeaders = z.looseObject({
  'idempotency-key': idempotencyKeySchema
    .optional()
    .describe(
      '1-255 printable characters. The same key with the same body gets the same answer, once done',
    ),
});

const JSON_TYPE = 'application/json; charset=utf-8';
const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

/** A stored answer: same status, same body. */
const sendAgain = (reply: FastifyReply, { status, body }: StoredAnswer): FastifyReply =>
  reply
    .code(status)
    .header('idempotent-replayed', 'true')
    .header('content-type', status < 400 ? JSON_TYPE : PROBLEM_TYPE)
    .serializer(JSON.stringify)
    .send(body);

/** The answer as it is stored for retries: these get the same bytes. */
const sendAnswer = (reply: FastifyReply, answer: CpeUpdateAnswer): FastifyReply =>
  reply.header('content-type', JSON_TYPE).serializer(JSON.stringify).send(answer);

/** The request as the origin of an update. Its log line gets the id of the update. */
export const originOf = (request: FastifyRequest): Origin => ({
  requestId: request.id,
  onRecording: (updateId) => addToLine(request, { updateId }),
});

/** Answers with the outcome of an update: the new one, or the stored one of its key. */
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
  return outcome.ok
    ? sendAnswer(reply, outcome.value)
    : probing.sendFailure(request, reply, outcome.failure);
};

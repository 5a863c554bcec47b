import type { Failure } from '@cpe-desk/contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { recordAccess } from '../access/access-log/record-access.ts';
import type { Api } from '../platform/http/api.ts';
import { sendProblem } from '../platform/http/problem.ts';
import type { CpeUpdateDeps } from './deps.ts';

/**
 * Most `value-in-use` answers for a caller in a minute. Each reveals that a line, perhaps outside
 * the caller's segment groups, uses a value. A person gets a few a day. A program at the request
 * limit stays below this if every twentieth value is in use.
 */
const MOST_IN_USE = 60;

const sendRefusal = (reply: FastifyReply, ttlInSeconds: number): FastifyReply =>
  sendProblem(reply.header('retry-after', ttlInSeconds), {
    code: 'too-many-requests',
    detail: `Too many of your values are in use; try again in ${ttlInSeconds} s`,
  });

export type Probing = {
  /** A `preHandler`: refuses callers who have reached the limit. */
  refuse(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined>;
  /** Whether the caller has reached the limit meanwhile. Sends the refusal then. */
  isUsedUp(request: FastifyRequest, reply: FastifyReply): Promise<boolean>;
  /** Sends a failure and counts it. Sends the refusal where the caller has reached the limit. */
  sendFailure(
    request: FastifyRequest,
    reply: FastifyReply,
    failure: Failure,
  ): Promise<FastifyReply>;
};

/** Keeps callers from trying out which values are in use. */
export const limitProbing = (app: Api, { db }: Pick<CpeUpdateDeps, 'db'>): Probing => {
  const count = app.createRateLimit({
    max: MOST_IN_USE,
    timeWindow: '1 minute',
    keyGenerator: ({ caller }) => caller.id,
  });
  const isUsedUp: Probing['isUsedUp'] = async (request, reply) => {
    const counted = await count(request, { increment: false });
    if (counted.isAllowed || counted.remaining > 0) return false;
    sendRefusal(reply, counted.ttlInSeconds);
    return true;
  };
  return {
    isUsedUp,
    refuse: async (request, reply) => ((await isUsedUp(request, reply)) ? reply : undefined),
    async sendFailure(request, reply, failure) {
      if (failure.code !== 'value-in-use') return sendProblem(reply, failure);
      const counted = await count(request);
      if (counted.isAllowed || counted.remaining > 0) return sendProblem(reply, failure);
      if (counted.isExceeded) return sendRefusal(reply, counted.ttlInSeconds);
      // The last answer of this minute.
      const detail = { answers: MOST_IN_USE, route: request.routeOptions.url };
      await recordAccess(db, 'values-probed', request.caller, request, detail);
      return sendProblem(reply, failure);
    },
  };
};

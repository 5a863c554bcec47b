import type { FastifyReply, FastifyRequest } from 'fastify';
import { sendProblem } from './problem.ts';

/** Most of the running answers end sooner. */
const RETRY_AFTER_S = 10;

/** A `preHandler` that limits each caller's concurrent answers of a route. */
export const limitConcurrency = (most: number, label: string) => {
  const active = new Map<string, number>();
  return async (
    { caller }: FastifyRequest,
    reply: FastifyReply,
  ): Promise<FastifyReply | undefined> => {
    const before = active.get(caller.id) ?? 0;
    if (before >= most) {
      const detail = `You have ${before} ${label} running; wait until one has ended`;
      reply.header('retry-after', RETRY_AFTER_S);
      return sendProblem(reply, { code: 'too-many-requests', detail });
    }
    active.set(caller.id, before + 1);
    // Also where the reader left before the end.
    reply.raw.once('close', () => {
      const left = (active.get(caller.id) ?? 1) - 1;
      if (left > 0) active.set(caller.id, left);
      else active.delete(caller.id);
    });
    return undefined;
  };
};

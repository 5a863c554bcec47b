import type { FastifyReply, FastifyRequest } from 'fastify';
import { sendProblem } from './problem.ts';

/** Nobody knows how long the others take; most take less. */
const RETRY_AFTER_S = 10;

/** A `preHandler` that lets each caller have so many answers of a route under way at a time. */
export const limitAtOnce = (most: number, what: string) => {
  const underWay = new Map<string, number>();
  return async ({ caller }: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> => {
    const before = underWay.get(caller.id) ?? 0;
    if (before >= most) {
      const detail = `You have ${before} ${what} under way; wait until one has ended`;
      reply.header('retry-after', RETRY_AFTER_S);
      return sendProblem(reply, { code: 'too-many-requests', detail });
    }
    underWay.set(caller.id, before + 1);
    // Also where the reader has gone before the end.
    reply.raw.once('close', () => {
      const left = (underWay.get(caller.id) ?? 1) - 1;
      if (left > 0) underWay.set(caller.id, left);
      else underWay.delete(caller.id);
    });
    return undefined;
  };
};

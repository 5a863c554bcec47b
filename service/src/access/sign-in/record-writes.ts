import type { FastifyReply, FastifyRequest } from 'fastify';
import type { StandbyReads } from '../../platform/database/standby-pool.ts';
import type { Api } from '../../platform/http/api.ts';

const READS = ['GET', 'HEAD', 'OPTIONS'];

/** Whether a request may have changed something in its caller's name. */
const mayHaveWritten = (
  { method, routeOptions: { config } }: FastifyRequest,
  { statusCode }: FastifyReply,
): boolean => {
  const { action = 'public' } = config;
  return (
    !READS.includes(method) &&
    action !== 'public' &&
    action !== 'cpe-update:preview' &&
    statusCode !== 401 &&
    statusCode !== 403
  );
};

/**
 * Records each caller who may have changed something before the answer leaves, so that their next
 * read shows it.
 */
export const recordWrites = (app: Api, standby: Pick<StandbyReads, 'recordWrite'>): void => {
  app.addHook('onSend', async (request, reply) => {
    if (mayHaveWritten(request, reply)) await standby.recordWrite(request.caller.id);
  });
};

import rateLimit from '@fastify/rate-limit';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Api } from './api.ts';
import { sendProblem } from './problem.ts';

export type RequestLimits = {
  /** For a signed-in caller, from all addresses together. */
  requestsPerMinutePerCaller: number;
  /** For unknown callers: all people and programs behind one address. */
  requestsPerMinutePerAddress: number;
};

type Counted = Awaited<ReturnType<ReturnType<Api['createRateLimit']>>>;

/**
 * Counts a request, and answers it where there were too many; returns true then. (It cannot return
 * the reply: that is a thenable, which an await would resolve to nothing.)
 */
export type Count = (request: FastifyRequest, reply: FastifyReply) => Promise<boolean>;

const refuseIfTooMany = (counted: Counted, reply: FastifyReply): boolean => {
  if (counted.isAllowed || !counted.isExceeded) return false;
  const detail = `At most ${counted.max} requests a minute; try again in ${counted.ttlInSeconds} s`;
  reply.header('retry-after', counted.ttlInSeconds);
  sendProblem(reply, { code: 'too-many-requests', detail });
  return true;
};

/** Whether a valid session or token identifies the caller. */
const isSignedIn = async (request: FastifyRequest): Promise<boolean> => {
  try {
    return (await request.identify()).ok;
  } catch {
    // The database is unavailable, so the caller is unknown. A route that needs a caller answers
    // 503.
    return false;
  }
};

/**
 * Counts each request against one limit: its caller's where a session or token is valid, else its
 * address's. So an office whose programs are refused does not lock out its people at the same
 * address. A cookie or an API token that only the database can verify counts by address, too:
 * otherwise made-up ones could query the database without a limit.
 *
 * Call it after `recogniseCallers` and before a hook that refuses. Returns a way to count requests
 * by address that no hook sees.
 */
export const limitRequests = async (
  app: Api,
  limits: RequestLimits,
  isFree: (request: FastifyRequest) => boolean,
): Promise<Count> => {
  await app.register(rateLimit, { global: false });
  const timeWindow = '1 minute';
  const byAddress = app.createRateLimit({
    max: limits.requestsPerMinutePerAddress,
    timeWindow,
    // One IPv6 customer has a whole /64.
    ipv6Subnet: 64,
  });
  const byCaller = app.createRateLimit({
    max: limits.requestsPerMinutePerCaller,
    timeWindow,
    keyGenerator: async (request) => {
      const identified = await request.identify();
      return identified.ok ? identified.caller.id : '';
    },
  });
  const countAddress: Count = async (request, reply) =>
    refuseIfTooMany(await byAddress(request), reply);
  app.addHook('onRequest', async (request, reply) => {
    // Probes and scrapes are exempt: they are needed most under load.
    if (request.routeOptions.config.rateLimit === false || isFree(request)) return undefined;
    const isUnverified = request.needsDatabase();
    if (isUnverified && (await countAddress(request, reply))) return reply;
    if (await isSignedIn(request)) refuseIfTooMany(await byCaller(request), reply);
    else if (!isUnverified) await countAddress(request, reply);
    return reply.sent ? reply : undefined;
  });
  return countAddress;
};

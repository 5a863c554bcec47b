import rateLimit from '@fastify/rate-limit';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Api } from './api.ts';
import { sendProblem } from './problem.ts';

export type RequestLimits = {
  /** Of whoever is signed in, wherever the requests come from. */
  requestsPerMinutePerCaller: number;
  /** Of everybody else: people and programs behind one address whom nobody knows. */
  requestsPerMinutePerAddress: number;
};

type Counted = Awaited<ReturnType<ReturnType<Api['createRateLimit']>>>;

/**
 * Counts a request, and answers it where there were too many: true then. (It cannot answer with the
 * reply: that is a thenable, and awaiting it gives nothing.)
 */
export type Count = (request: FastifyRequest, reply: FastifyReply) => Promise<boolean>;

const refuseIfTooMany = (counted: Counted, reply: FastifyReply): boolean => {
  if (counted.isAllowed || !counted.isExceeded) return false;
  const detail = `At most ${counted.max} requests a minute; try again in ${counted.ttlInSeconds} s`;
  reply.header('retry-after', counted.ttlInSeconds);
  sendProblem(reply, { code: 'too-many-requests', detail });
  return true;
};

/** Whether a good session or token says who makes the request. */
const isSignedIn = async (request: FastifyRequest): Promise<boolean> => {
  try {
    return (await request.identify()).ok;
  } catch {
    // The database is away, so nobody can tell. A route that needs a caller answers 503.
    return false;
  }
};

/**
 * Counts each request against one limit: that of its caller where a session or token is good, else
 * that of its address. So an office whose programs are refused does not lock out its people, who
 * share its address. A cookie that only the database can judge counts by address, too: otherwise
 * whoever makes up cookies could ask the database without a limit.
 *
 * Call it after `recogniseCallers` and before a hook that refuses. Answers how to count the
 * requests by address that no hook sees.
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
    // Whoever has one IPv6 address has a whole /64 of them.
    ipv6Subnet: 64,
  });
  const byCaller = app.createRateLimit({
    max: limits.requestsPerMinutePerCaller,
    timeWindow,
    keyGenerator: async (request) => {
      const who = await request.identify();
      return who.ok ? who.caller.id : '';
    },
  });
  const countAddress: Count = async (request, reply) => refuseIfTooMany(await byAddress(request), reply);
  app.addHook('onRequest', async (request, reply) => {
    // Probes and scrapes go on in a storm: that is when they are needed.
    if (request.routeOptions.config.rateLimit === false || isFree(request)) return undefined;
    const isUnproved = request.hasUnverifiedSession();
    if (isUnproved && (await countAddress(request, reply))) return reply;
    if (await isSignedIn(request)) refuseIfTooMany(await byCaller(request), reply);
    else if (!isUnproved) await countAddress(request, reply);
    return reply.sent ? reply : undefined;
  });
  return countAddress;
};

import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import { problemBody } from '@cpe-desk/contract';
import rateLimit from '@fastify/rate-limit';
import type { ConnectionError, FastifyReply, FastifyRequest } from 'fastify';
import type { Api } from './api.ts';
import { sendProblem } from './problem.ts';

/** How much one caller, one address and all together may ask of the desk. */
export type Limits = {
  requestsPerMinutePerCaller: number;
  /** Many people may share an address; nobody is known by it, so it counts also what is refused. */
  requestsPerMinutePerAddress: number;
  connections: number;
};

/** A whole request arrives within this time, ms. */
const REQUEST_WITHIN_MS = 30_000;
/** Its headers do within this one: whoever sends them byte by byte is dropped. */
const HEADERS_WITHIN_MS = 10_000;
const LOOK_EVERY_MS = 1000;
const MOST_HEADERS_BYTES = 16 * 1024;

/** The server's own limits, for Fastify's options. */
export const serverLimits = {
  bodyLimit: 64 * 1024,
  requestTimeout: REQUEST_WITHIN_MS,
  http: {
    headersTimeout: HEADERS_WITHIN_MS,
    connectionsCheckingInterval: LOOK_EVERY_MS,
    maxHeaderSize: MOST_HEADERS_BYTES,
  },
};

type Answer = { status: number; phrase: string; detail: string };

const unreadable: Readonly<Record<string, Answer>> = {
  HPE_HEADER_OVERFLOW: {
    status: 431,
    phrase: 'Request Header Fields Too Large',
    detail: 'Send headers of at most 16 KiB in all',
  },
  ERR_HTTP_REQUEST_TIMEOUT: {
    status: 408,
    phrase: 'Request Timeout',
    detail: 'The request did not arrive in time; send it in one go',
  },
};
const garbage: Answer = { status: 400, phrase: 'Bad Request', detail: 'This is not an HTTP/1.1 request' };

/** Answers what is no request, or not in time, with a problem: no route and no hook sees it. */
export const answerUnreadable = ({ code }: ConnectionError, socket: Socket): void => {
  if (code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const { status, phrase, detail } = unreadable[code] ?? garbage;
  const errors = [{ pointer: '', code: 'unreadable', detail }];
  const body = JSON.stringify({ ...problemBody({ code: 'malformed-request', detail, errors }), status });
  socket.end(
    `HTTP/1.1 ${status} ${phrase}\r\ncontent-type: application/problem+json; charset=utf-8\r\n` +
      `x-request-id: ${randomUUID()}\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
};

type Counted = Awaited<ReturnType<ReturnType<Api['createRateLimit']>>>;

const refuseIfTooMany = (counted: Counted, reply: FastifyReply): FastifyReply | undefined => {
  if (counted.isAllowed || !counted.isExceeded) return undefined;
  reply.header('retry-after', counted.ttlInSeconds);
  const detail = `At most ${counted.max} requests a minute are taken; try again in ${counted.ttlInSeconds} s`;
  return sendProblem(reply, { code: 'too-many-requests', detail });
};

/** Probes and scrapes go on in a storm: that is when they are needed. */
const isCounted = ({ routeOptions }: FastifyRequest): boolean => routeOptions.config.rateLimit !== false;

/** Counts requests by address. Call it before sign-in, so that it counts those that sign-in refuses. */
export const limitAddresses = async (app: Api, limits: Limits): Promise<void> => {
  app.server.maxConnections = limits.connections;
  await app.register(rateLimit, { global: false });
  const count = app.createRateLimit({
    max: limits.requestsPerMinutePerAddress,
    timeWindow: '1 minute',
    // Whoever has one IPv6 address has a whole /64 of them.
    ipv6Subnet: 64,
  });
  app.addHook('onRequest', async (request, reply) =>
    isCounted(request) ? refuseIfTooMany(await count(request), reply) : undefined,
  );
};

/** Counts requests by caller, wherever they come from. Call it after sign-in, which knows who it is. */
export const limitCallers = (app: Api, limits: Limits): void => {
  const count = app.createRateLimit({
    max: limits.requestsPerMinutePerCaller,
    timeWindow: '1 minute',
    keyGenerator: ({ caller }) => caller.id,
  });
  app.addHook('onRequest', async (request, reply) =>
    request.is404 || request.routeOptions.config.action === 'public'
      ? undefined
      : refuseIfTooMany(await count(request), reply),
  );
};

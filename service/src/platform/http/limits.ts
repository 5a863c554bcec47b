import { randomUUID } from 'node:crypto';
import { constants, type ServerHttp2Stream } from 'node:http2';
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { problemBody } from '@cpe-desk/contract';
import type { ConnectionError, FastifyInstance } from 'fastify';
import type { ConnectionLimits } from './connections.ts';
import type { RequestLimits } from './count-requests.ts';

/** Limits for one caller, one address and all together. */
export type Limits = RequestLimits & ConnectionLimits;

/** Time for a whole request to arrive, ms; a route may set its own, up to the longest. */
export const REQUEST_WITHIN_MS = 30_000;
export const LONGEST_REQUEST_MS = 120_000;
/** Time for its headers: a client that sends them byte by byte is dropped. */
export const HEADERS_WITHIN_MS = 10_000;
const CHECK_EVERY_MS = 1000;
export const MOST_HEADERS_BYTES = 16 * 1024;
/** An idle connection is kept this long: a browser loads a page and its data over one. */
const KEEP_ALIVE_MS = 10_000;
/**
 * Proxies usually keep connections for 60 s. The desk must not close one that a proxy is about to
 * use.
 */
export const KEEP_ALIVE_WITH_PROXY_MS = 75_000;

/** The server's own limits, for Fastify's options. */
export const serverLimits = (isBehindProxy: boolean) => ({
  bodyLimit: 64 * 1024,
  requestTimeout: LONGEST_REQUEST_MS,
  keepAliveTimeout: isBehindProxy ? KEEP_ALIVE_WITH_PROXY_MS : KEEP_ALIVE_MS,
  http: {
    headersTimeout: HEADERS_WITHIN_MS,
    connectionsCheckingInterval: CHECK_EVERY_MS,
    maxHeaderSize: MOST_HEADERS_BYTES,
  },
});

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
    detail: 'The request did not arrive in time; send it without pauses',
  },
};
const garbage: Answer = { status: 400, phrase: 'Bad Request', detail: 'Send an HTTP/1.1 request' };

/** Whether an unreadable request is a HEAD: its answer has no body (RFC 9110 section 9.3.2). */
const isHead = (error: ConnectionError): boolean =>
  'rawPacket' in error &&
  error.rawPacket instanceof Uint8Array &&
  Buffer.from(error.rawPacket.subarray(0, 5)).toString('latin1') === 'HEAD ';

/**
 * Answers an unreadable or late request with a problem: no route and no hook sees it. Returns the
 * answer; undefined where the connection takes none.
 */
export const answerUnreadable = (
  error: ConnectionError,
  socket: Socket,
): { status: number; requestId: string } | undefined => {
  const { code } = error;
  if (code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return undefined;
  }
  const { status, phrase, detail } = unreadable[code] ?? garbage;
  const requestId = randomUUID();
  const errors = [{ pointer: '', code: 'unreadable', detail }];
  const body = JSON.stringify({
    ...problemBody({ code: 'malformed-request', detail, errors }),
    status,
  });
  socket.end(
    `HTTP/1.1 ${status} ${phrase}\r\ncontent-type: application/problem+json; charset=utf-8\r\n` +
      `x-request-id: ${requestId}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n` +
      `connection: close\r\n\r\n${isHead(error) ? '' : body}`,
  );
  return { status, requestId };
};

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Time for the whole request to arrive, ms; 30 s unless given. */
    arrivesWithinMs?: number;
  }
}

/** Answers a request that does not arrive within its route's time like any late one. */
export const limitArrival = (app: FastifyInstance): void => {
  app.addHook('onRequest', async ({ raw, routeOptions }) => {
    if (raw.complete) return;
    const refuse = () => {
      if (raw.complete) return;
      // HTTP/2 has many requests on a connection.
      if ('stream' in raw && raw.stream instanceof Duplex) {
        (raw.stream as ServerHttp2Stream).close(constants.NGHTTP2_CANCEL);
        return;
      }
      const late = Object.assign(new Error('Request timeout'), {
        code: 'ERR_HTTP_REQUEST_TIMEOUT',
      });
      app.server.emit('clientError', late, raw.socket);
    };
    const timer = setTimeout(refuse, routeOptions.config.arrivesWithinMs ?? REQUEST_WITHIN_MS);
    raw.once('close', () => clearTimeout(timer));
    raw.once('end', () => clearTimeout(timer));
  });
};

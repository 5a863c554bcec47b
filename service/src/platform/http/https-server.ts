import type { RequestListener, Server } from 'node:http';
import { constants, createSecureServer, type SecureServerOptions } from 'node:http2';
import type { TlsFiles } from '../process/tls-files.ts';
import {
  HEADERS_WITHIN_MS,
  KEEP_ALIVE_WITH_PROXY_MS,
  LONGEST_REQUEST_MS,
  MOST_HEADERS_BYTES,
  serverLimits,
} from './limits.ts';

/** Requests of one connection at a time; a page of the portal has a few dozen files. */
const MOST_STREAMS = 100;

/** TLS 1.0 and 1.1 are out of use (RFC 8996). */
const TLS = { minVersion: 'TLSv1.2' } as const;

const optionsOf = (isBehindProxy: boolean): SecureServerOptions => {
  const { http, requestTimeout, keepAliveTimeout } = serverLimits(isBehindProxy);
  const http1Options = { ...http, requestTimeout, keepAliveTimeout };
  return {
    ...TLS,
    allowHTTP1: true,
    handshakeTimeout: HEADERS_WITHIN_MS,
    settings: { maxConcurrentStreams: MOST_STREAMS, maxHeaderListSize: MOST_HEADERS_BYTES },
    http1Options,
  };
};

/**
 * Makes the server of Fastify one for HTTP/2 and HTTP/1.1 over TLS, with the limits of the plain
 * one. Before each connection the files of TLS are read again if they changed; open connections
 * keep the certificate that they began with.
 */
export const httpsServer =
  (tls: TlsFiles, isBehindProxy: boolean) =>
  (handler: RequestListener): Server => {
    let contents = tls.read();
    const server = createSecureServer({ ...optionsOf(isBehindProxy), ...contents });
    server.prependListener('connection', () => {
      const newest = tls.read();
      if (newest === contents) return;
      contents = newest;
      server.setSecureContext({ ...TLS, ...contents });
    });
    // An event stream pings more often, so this ends only sessions without one.
    server.on('session', (session) => {
      session.setTimeout(KEEP_ALIVE_WITH_PROXY_MS, () => session.close());
    });
    // In HTTP/1.1 the server's requestTimeout limits how long a body may take. `limitArrival` has
    // the shorter times of routes.
    server.on('stream', (stream) => {
      if (stream.endAfterHeaders) return;
      const late = () => stream.close(constants.NGHTTP2_CANCEL);
      const timer = setTimeout(late, LONGEST_REQUEST_MS);
      for (const event of ['end', 'close']) stream.once(event, () => clearTimeout(timer));
    });
    // Fastify's types know its server by one class; what it uses of it is the same in both.
    const plain = server as unknown as Server;
    return plain.on('request', handler);
  };

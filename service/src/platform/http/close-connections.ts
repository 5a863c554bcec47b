import { Http2ServerRequest } from 'node:http2';
import type { Api } from './api.ts';
import type { Connections } from './connections.ts';

/** The HTTP/2 session of a request; undefined in HTTP/1.1, and after its end. */
const sessionOf = (request: object) =>
  request instanceof Http2ServerRequest ? request.stream.session : undefined;

type Closing = {
  /** Time for active requests to finish, ms. */
  graceMs: number;
  connections: Connections;
  isDraining: () => boolean;
};

/**
 * Lets `app.close()` end: active requests may finish within `graceMs`; other connections are closed
 * at once. Node closes only connections that have had a request, but browsers open some in advance
 * and keep them.
 *
 * While the instance drains, each answer closes its connection, so that a balancer has no open
 * connections when the listener closes.
 */
export const registerClosing = (app: Api, closing: Closing): void => {
  const { graceMs, connections, isDraining } = closing;
  app.addHook('onSend', async ({ raw }, reply) => {
    if (!isDraining()) return;
    const session = sessionOf(raw);
    // Running requests of the session end as usual (RFC 9113, 6.8).
    if (session) session.close();
    else reply.header('connection', 'close');
  });
  app.addHook('preClose', async () => {
    connections.closeIdle();
    setTimeout(connections.closeAll, graceMs).unref();
  });
};

import type { Api } from './api.ts';
import type { Connections } from './connections.ts';

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
  app.addHook('onSend', async (_, reply) => {
    if (isDraining()) reply.header('connection', 'close');
  });
  app.addHook('preClose', async () => {
    connections.closeIdle();
    setTimeout(() => app.server.closeAllConnections(), graceMs).unref();
  });
};

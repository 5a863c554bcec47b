import type { Api } from './api.ts';
import type { Connections } from './connections.ts';

type Closing = {
  /** How long requests under way may take, ms. */
  graceMs: number;
  connections: Connections;
  isDraining: () => boolean;
};

/**
 * Lets `app.close()` end: requests under way may finish within `graceMs`; connections without one
 * are closed at once. Node closes only those that have had a request, but browsers open some in
 * advance and keep them.
 *
 * While the instance drains, each answer closes its connection: a balancer that keeps connections
 * open then has none left when the listener closes.
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

import type { Api } from './api.ts';
import type { Connections } from './connections.ts';

/**
 * Lets `app.close()` end: requests under way may finish within `graceMs`; connections without one are closed at once.
 * Node closes only those that have had a request, but browsers open some in advance and keep them.
 */
export const registerClosing = (app: Api, graceMs: number, connections: Connections): void => {
  app.addHook('preClose', async () => {
    connections.closeIdle();
    setTimeout(() => app.server.closeAllConnections(), graceMs).unref();
  });
};

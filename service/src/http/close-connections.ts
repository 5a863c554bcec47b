import type { Socket } from 'node:net';
import type { Api } from './api.ts';

/**
 * Lets `app.close()` end: requests under way may finish within `graceMs`; connections without one are closed at once.
 * Node closes only those that have had a request, but browsers open some in advance and keep them.
 */
export const registerClosing = (app: Api, graceMs: number): void => {
  const idle = new Set<Socket>();
  app.server.on('connection', (socket: Socket) => {
    idle.add(socket);
    socket.once('close', () => idle.delete(socket));
  });
  app.addHook('onRequest', async ({ raw }) => {
    idle.delete(raw.socket);
  });
  app.addHook('onResponse', async ({ raw }) => {
    if (!raw.socket.destroyed) idle.add(raw.socket);
  });
  app.addHook('preClose', async () => {
    for (const socket of idle) socket.destroy();
    setTimeout(() => app.server.closeAllConnections(), graceMs).unref();
  });
};

import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** A line to a database that a test can cut and mend: what the network does, not the server. */
export async function openDatabaseLine(
  databaseUrl: string,
): Promise<AsyncDisposable & { url: string; cut(): void; mend(): Promise<void> }> {
  const far = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const there = connect(Number(far.port), far.hostname);
    for (const [socket, other] of [
      [near, there],
      [there, near],
    ] as const) {
      sockets.add(socket);
      socket
        .on('error', () => {})
        .on('close', () => {
          sockets.delete(socket);
          other.destroy();
        });
      socket.pipe(other);
    }
  });
  const listen = async (port: number): Promise<void> => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  };
  await listen(0);
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The line has no port');
  const { port } = address;
  const url = new URL(databaseUrl);
  url.host = `127.0.0.1:${port}`;
  const cut = () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  return { url: url.href, cut, mend: () => listen(port), [Symbol.asyncDispose]: async () => cut() };
}

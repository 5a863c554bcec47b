import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** A network between the desk and its database that a test breaks. */
export type DatabaseLine = AsyncDisposable & {
  url: string;
  /** Resets all connections and refuses new ones. */
  cut(): void;
  mend(): Promise<void>;
  /** Connections stay and new ones are taken, but no byte gets through, as when a host vanishes. */
  pause(): void;
  resume(): void;
  /** The connections that are open now get no byte through any more; new ones work. */
  freeze(): void;
};

export async function openDatabaseLine(databaseUrl: string): Promise<DatabaseLine> {
  const far = new URL(databaseUrl);
  /** Each socket with the one that its bytes go to. */
  const sockets = new Map<Socket, Socket>();
  let isPaused = false;
  const server = createServer((near) => {
    const there = connect(Number(far.port), far.hostname);
    for (const [socket, other] of [
      [near, there],
      [there, near],
    ] as const) {
      sockets.set(socket, other);
      socket
        .on('error', () => {})
        .on('close', () => {
          sockets.delete(socket);
          other.destroy();
        });
      socket.pipe(other);
      if (isPaused) socket.unpipe(other).pause();
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
    for (const socket of sockets.keys()) socket.destroy();
  };
  return {
    url: url.href,
    cut,
    mend: () => listen(port),
    pause() {
      isPaused = true;
      for (const [socket, other] of sockets) socket.unpipe(other).pause();
    },
    freeze() {
      for (const [socket, other] of sockets) socket.unpipe(other).pause();
    },
    resume() {
      isPaused = false;
      for (const [socket, other] of sockets) socket.pipe(other);
    },
    [Symbol.asyncDispose]: async () => cut(),
  };
}

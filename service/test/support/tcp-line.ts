import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** A network between the desk and its database or NIG, which a test breaks. */
export type TcpLine = AsyncDisposable & {
  /** The address of the far end through the line. */
  url: string;
  /** Resets all connections; answers how many. */
  cut(): number;
  /** Refuses new connections, until `accept`. */
  refuse(): void;
  accept(): Promise<void>;
  /** Old and new connections stay open, but no byte passes, as when a host vanishes. */
  pause(): void;
  resume(): void;
  /** No byte passes on the connections that are open now; new ones work. */
  freeze(): void;
};

const MOST_TRIES = 50;
const TRY_AGAIN_MS = 100;

/**
 * Resets a connection. One that is shutting down is only closed: a reset leaves a handle that makes
 * Node.js wait in an endless loop at the end of the process.
 */
const reset = (socket: Socket): void => {
  if (socket.writableEnded) socket.destroy();
  else socket.resetAndDestroy();
};

/** Opens a line to the host and port of `url`. */
export async function openTcpLine(url: string): Promise<TcpLine> {
  const far = new URL(url);
  /** Each socket with the socket that gets its bytes. */
  const sockets = new Map<Socket, Socket>();
  const desks = new Set<Socket>();
  let isPaused = false;
  const stopBytes = () => {
    for (const [socket, other] of sockets) socket.unpipe(other).pause();
  };
  const server = createServer((near) => {
    const there = connect(Number(far.port), far.hostname);
    desks.add(near);
    near.once('close', () => desks.delete(near));
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
  const listen = async (at: number): Promise<void> => {
    server.listen(at, '127.0.0.1');
    await once(server, 'listening');
  };
  await listen(0);
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The line has no port');
  const { port } = address;
  /** Meanwhile an outgoing connection of another process may use the port for a moment. */
  const listenAgain = async (): Promise<void> => {
    for (let tries = 1; ; tries++)
      try {
        return await listen(port);
      } catch (error) {
        if (tries === MOST_TRIES) throw error;
        await sleep(TRY_AGAIN_MS);
      }
  };
  const by = new URL(url);
  by.host = `127.0.0.1:${port}`;
  const cut = (): number => {
    const open = [...desks];
    for (const socket of open) reset(socket);
    return open.length;
  };
  // Listening ends at once; the event "close" waits for the last connection.
  const refuse = () => void server.close();
  return {
    url: by.href,
    cut,
    refuse,
    accept: async () => {
      if (!server.listening) await listenAgain();
    },
    pause() {
      isPaused = true;
      stopBytes();
    },
    freeze: stopBytes,
    resume() {
      isPaused = false;
      for (const [socket, other] of sockets) socket.pipe(other);
    },
    async [Symbol.asyncDispose]() {
      refuse();
      cut();
    },
  };
}

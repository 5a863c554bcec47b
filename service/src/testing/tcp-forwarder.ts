import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** A way to a server that can fall silent: connections stay open and nothing passes. */
export type TcpForwarder = AsyncDisposable & {
  /** The server's URL by way of the forwarder. */
  url: string;
  pause(): void;
  /** Cuts all connections and refuses new ones. */
  refuse(): void;
  /** How many connections were refused. */
  refused(): number;
  resume(): void;
};

/** Forwards to the host and port of `url`. */
export const startTcpForwarder = async (url: string): Promise<TcpForwarder> => {
  const target = new URL(url);
  const sockets = new Set<Socket>();
  let isPaused = false;
  let isRefusing = false;
  let refused = 0;
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('error', () => {}).once('close', () => sockets.delete(socket));
    if (isPaused) socket.pause();
  };
  const server = createServer((inbound) => {
    if (isRefusing) {
      refused++;
      inbound.on('error', () => {}).resetAndDestroy();
      return;
    }
    const outbound = connect(Number(target.port || 5432), target.hostname);
    for (const [from, to] of [
      [inbound, outbound],
      [outbound, inbound],
    ] as const) {
      from.on('data', (bytes) => void to.write(bytes));
      from.once('close', () => to.destroy());
      keep(from);
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const forwarded = new URL(url);
  forwarded.hostname = '127.0.0.1';
  forwarded.port = String(address.port);
  return {
    url: forwarded.href,
    pause() {
      isPaused = true;
      for (const socket of sockets) socket.pause();
    },
    refuse() {
      isRefusing = true;
      for (const socket of sockets) socket.destroy();
    },
    refused: () => refused,
    resume() {
      isPaused = false;
      isRefusing = false;
      for (const socket of sockets) socket.resume();
    },
    async [Symbol.asyncDispose]() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
};

import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const MOST_TRIES = 50;
const TRY_AGAIN_MS = 100;

/** A TCP relay in front of NIG: its connections break as those of a network do, at any moment of a call. */
export type NigRelay = AsyncDisposable & {
  url: string;
  /** Resets all connections; returns how many. */
  cut(): number;
  /** Refuses new connections, until `accept`. */
  refuse(): Promise<void>;
  accept(): Promise<void>;
};

/** Passes on what `from` sends. Whatever ends one connection ends the other. */
const passOn = (from: Socket, to: Socket): void => {
  from.on('error', () => to.destroy());
  from.on('close', () => to.destroy());
  from.pipe(to);
};

/**
 * Resets a connection. One that is being shut down is only closed: to reset it leaves a handle behind that Node.js
 * waits for in an endless loop when the process ends.
 */
const reset = (socket: Socket): void => {
  if (socket.writableEnded) socket.destroy();
  else socket.resetAndDestroy();
};

export async function openRelay(nigUrl: string): Promise<NigRelay> {
  const { hostname, port } = new URL(nigUrl);
  const open = new Set<Socket>();
  const server = createServer((desk) => {
    const nig = connect(Number(port), hostname);
    open.add(desk);
    desk.once('close', () => open.delete(desk));
    passOn(desk, nig);
    passOn(nig, desk);
  });
  const listen = async (at: number): Promise<void> => {
    server.listen(at, '127.0.0.1');
    await once(server, 'listening');
  };
  /** While it refused, an outgoing connection of another process may have taken its port for a moment. */
  const listenAgain = async (at: number): Promise<void> => {
    for (let tries = 1; ; tries++)
      try {
        return await listen(at);
      } catch (error) {
        if (tries === MOST_TRIES) throw error;
        await sleep(TRY_AGAIN_MS);
      }
  };
  await listen(0);
  const address = server.address() as AddressInfo;
  const cut = (): number => {
    const sockets = [...open];
    for (const socket of sockets) reset(socket);
    return sockets.length;
  };
  return {
    url: `http://127.0.0.1:${address.port}`,
    cut,
    async refuse() {
      // Ends listening at once; the event "close" waits for the last connection.
      server.close();
    },
    accept: async () => {
      if (!server.listening) await listenAgain(address.port);
    },
    async [Symbol.asyncDispose]() {
      cut();
      server.close();
    },
  };
}

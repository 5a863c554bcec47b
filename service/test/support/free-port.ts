import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below 32768: Linux takes ports above for outgoing connections, at any moment. */
const LOWEST = 10_240;
const HIGHEST = 32_767;

const isFree = async (port: number): Promise<boolean> => {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch {
    return false; // another server listens there
  }
  server.close();
  await once(server, 'close');
  return true;
};

/**
 * A free port of 127.0.0.1, for a server that needs its address before it listens. Chosen at
 * random, so that test files that run at the same time hardly get the same one.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST + 1));
    if (await isFree(port)) return port;
  }
}

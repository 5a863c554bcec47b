import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/**
 * An event is far shorter. This much of a stream's text is kept for an event that arrives in two
 * parts.
 */
const KEPT = 2048;
const AT_ONCE = 50;

export type Stream = { path: string; authorization: string };

/**
 * When an event was written, by its own `at`, and when the last stream received it, by this
 * process's clock.
 */
export type Received = { writtenAt: number; lastAt: number };

export type Streams = {
  /**
   * Resolves when the last of `streams` streams has received an event with all these texts. One
   * wait at a time.
   */
  lastReceived(texts: readonly string[], streams: number): Promise<Received>;
  close(): void;
};

type Wait = {
  texts: readonly string[];
  left: number;
  received: Set<Socket>;
  done: (received: Received) => void;
};

const open = async (origin: string, { path, authorization }: Stream): Promise<Socket> => {
  const socket = connect(Number(new URL(origin).port), '127.0.0.1').setEncoding('latin1');
  await once(socket, 'connect');
  socket.write(
    `GET ${path} HTTP/1.1\r\nhost: localhost\r\nauthorization: ${authorization}\r\n\r\n`,
  );
  const [head] = await once(socket, 'data');
  if (!String(head).startsWith('HTTP/1.1 200')) throw new Error(String(head));
  return socket;
};

const listen = (socket: Socket, waiting: () => Wait | undefined): void => {
  let text = '';
  socket.on('data', (chunk) => {
    text = (text + String(chunk)).slice(-KEPT);
    const wait = waiting();
    if (!wait || wait.received.has(socket)) return;
    const event = text
      .split('\n\n')
      .find((each) => wait.texts.every((word) => each.includes(word)));
    if (event === undefined) return;
    wait.received.add(socket);
    if (--wait.left > 0) return;
    wait.done({
      writtenAt: Date.parse(/"at":"([^"]+)"/.exec(event)?.[1] ?? ''),
      lastAt: Date.now(),
    });
  });
};

/**
 * Opens event streams as bare sockets, so that the measurement covers the service and not an HTTP
 * client.
 */
export const openStreams = async (origin: string, wanted: readonly Stream[]): Promise<Streams> => {
  const sockets: Socket[] = [];
  let wait: Wait | undefined;
  for (let n = 0; n < wanted.length; n += AT_ONCE) {
    const opened = await Promise.all(
      wanted.slice(n, n + AT_ONCE).map((each) => open(origin, each)),
    );
    for (const socket of opened) listen(socket, () => wait);
    sockets.push(...opened);
  }
  return {
    lastReceived: (texts, left) =>
      new Promise((done) => {
        wait = { texts, left, received: new Set(), done };
      }),
    close() {
      for (const socket of sockets) socket.destroy();
    },
  };
};

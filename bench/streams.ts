import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** An event is far shorter: what is kept of a stream's text for one that came in two parts. */
const KEPT = 2048;
const AT_ONCE = 50;

export type Stream = { path: string; authorization: string };

/** When an event was written, by its own `at`, and when the last stream had received it, by this process's clock. */
export type Heard = { writtenAt: number; lastAt: number };

export type Streams = {
  /** Resolves when the last of so many streams has received an event with all of these texts; one wait at a time. */
  lastToHear(texts: readonly string[], streams: number): Promise<Heard>;
  close(): void;
};

type Wait = { texts: readonly string[]; left: number; heard: Set<Socket>; done: (heard: Heard) => void };

const open = async (origin: string, { path, authorization }: Stream): Promise<Socket> => {
  const socket = connect(Number(new URL(origin).port), '127.0.0.1').setEncoding('latin1');
  await once(socket, 'connect');
  socket.write(`GET ${path} HTTP/1.1\r\nhost: localhost\r\nauthorization: ${authorization}\r\n\r\n`);
  const [head] = await once(socket, 'data');
  if (!String(head).startsWith('HTTP/1.1 200')) throw new Error(String(head));
  return socket;
};

const listen = (socket: Socket, waiting: () => Wait | undefined): void => {
  let text = '';
  socket.on('data', (chunk) => {
    text = (text + String(chunk)).slice(-KEPT);
    const wait = waiting();
    if (!wait || wait.heard.has(socket)) return;
    const event = text.split('\n\n').find((each) => wait.texts.every((word) => each.includes(word)));
    if (event === undefined) return;
    wait.heard.add(socket);
    if (--wait.left > 0) return;
    wait.done({ writtenAt: Date.parse(/"at":"([^"]+)"/.exec(event)?.[1] ?? ''), lastAt: Date.now() });
  });
};

/** Opens event streams as bare sockets: what is measured on the same machine is the service, not an HTTP client. */
export const openStreams = async (origin: string, wanted: readonly Stream[]): Promise<Streams> => {
  const sockets: Socket[] = [];
  let wait: Wait | undefined;
  for (let n = 0; n < wanted.length; n += AT_ONCE) {
    const opened = await Promise.all(wanted.slice(n, n + AT_ONCE).map((each) => open(origin, each)));
    for (const socket of opened) listen(socket, () => wait);
    sockets.push(...opened);
  }
  return {
    lastToHear: (texts, left) =>
      new Promise((done) => {
        wait = { texts, left, heard: new Set(), done };
      }),
    close() {
      for (const socket of sockets) socket.destroy();
    },
  };
};

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** An event is far shorter: what is kept of a stream's text for one that came in two parts. */
const KEPT = 2048;
const AT_ONCE = 50;

export type Stream = { path: string; authorization: string };

/** When each stream received a text, by `Date.now()`; one wait at a time. */
export type Streams = {
  /** Resolves with the time at which the last of so many streams had received all of these texts in one event. */
  lastToHear(texts: readonly string[], streams: number): Promise<number>;
  close(): void;
};

type Wait = { texts: readonly string[]; left: number; heard: Set<Socket>; done: (at: number) => void };

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
    if (!text.split('\n\n').some((event) => wait.texts.every((each) => event.includes(each)))) return;
    wait.heard.add(socket);
    if (--wait.left === 0) wait.done(Date.now());
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

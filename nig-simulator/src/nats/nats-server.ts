import { createServer, type Server, type Socket } from 'node:net';
import { createParser, type Operation } from './nats-parser.ts';

/** A request on a subject, and how it is answered. */
export type NatsRequest = {
  subject: string;
  requestId: string | undefined;
  payload: Buffer;
  reply(payload: string): void;
  /** Ends the connection of whoever asked, as a server that dies. */
  drop(): void;
};

const INFO = {
  ...{ server_id: 'NIG-SIMULATOR', version: '2.10.0', proto: 1, headers: true },
  ...{ max_payload: 1_048_576, jetstream: false, host: '127.0.0.1', port: 4222 },
};

/** NATS' status for a request to which nobody listens. */
const NO_RESPONDERS = 'NATS/1.0 503\r\n\r\n';

const isMatch = (pattern: string, subject: string): boolean => {
  const wanted = pattern.split('.');
  const given = subject.split('.');
  if (wanted.at(-1) === '>') return wanted.slice(0, -1).every((part, n) => isPart(part, given[n]));
  return wanted.length === given.length && wanted.every((part, n) => isPart(part, given[n]));
};
const isPart = (wanted: string, given: string | undefined): boolean =>
  given !== undefined && (wanted === '*' || wanted === given);

const serve = (socket: Socket, prefix: string, handle: (request: NatsRequest) => void): void => {
  const subscriptions = new Map<string, string>();
  const send = (text: string): void => {
    if (!socket.destroyed) socket.write(text);
  };
  const deliver = (subject: string, write: (sid: string) => string): void => {
    for (const [sid, pattern] of subscriptions) if (isMatch(pattern, subject)) send(write(sid));
  };
  const publish = ({ words, payload, headers }: Operation): void => {
    const [subject = '', inbox] = words;
    if (inbox === undefined) return;
    if (!subject.startsWith(`${prefix}.`)) {
      const size = NO_RESPONDERS.length;
      deliver(inbox, (sid) => `HMSG ${inbox} ${sid} ${size} ${size}\r\n${NO_RESPONDERS}\r\n`);
      return;
    }
    handle({
      ...{ subject: subject.slice(prefix.length + 1), payload },
      requestId: /^x-request-id:\s*(.*?)\r?$/im.exec(headers)?.[1],
      reply: (text) =>
        deliver(inbox, (sid) => `MSG ${inbox} ${sid} ${Buffer.byteLength(text)}\r\n${text}\r\n`),
      drop: () => socket.destroy(),
    });
  };
  const parse = createParser((operation) => {
    const { verb, words } = operation;
    if (verb === 'PING') send('PONG\r\n');
    else if (verb === 'SUB') subscriptions.set(words.at(-1) ?? '', words[0] ?? '');
    else if (verb === 'UNSUB') subscriptions.delete(words[0] ?? '');
    else if (verb === 'PUB' || verb === 'HPUB') publish(operation);
  });
  send(`INFO ${JSON.stringify(INFO)}\r\n`);
  socket.on('data', parse);
  socket.on('error', () => {});
};

/**
 * A server that speaks as much of NATS as a request needs, and answers the subjects below `prefix`
 * itself. Nobody else can listen on it.
 */
export const createNatsServer = (prefix: string, handle: (request: NatsRequest) => void): Server =>
  createServer((socket) => serve(socket, prefix, handle));

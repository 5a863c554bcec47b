import { errors, headers, type Msg } from '@nats-io/transport-node';
import type { Dialled } from './nats-connection.ts';

/** How a request ended; as `CallEnd` of HTTP. */
export type NatsEnd =
  | { end: 'answered'; body: Uint8Array }
  | { end: 'nothing-sent'; why: string }
  | { end: 'cut-off'; why: string };

export type NatsRequest = {
  subject: string;
  body: string;
  headers: Record<string, string>;
  timeoutMs: number;
};

type Log = { error(details: object, message: string): void };

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : 'unknown');

/** Nobody listens on the subject: the server says so, and delivers to no one. */
const isUnheard = (error: unknown): boolean =>
  error instanceof errors.NoRespondersError ||
  (error instanceof errors.RequestError && error.isNoResponders());

/** Reads later replies until the deadline: NIG must not say two things about one request. */
const watchLater = async (
  replies: AsyncIterator<Msg>,
  first: Msg,
  subject: string,
  log: Log,
): Promise<void> => {
  try {
    for (;;) {
      const { done, value } = await replies.next();
      if (done) return;
      if (Buffer.compare(value.data, first.data) !== 0)
        log.error({ subject }, 'NIG replied twice to one request, and differently');
    }
  } catch {
    return; // The connection ended; the first reply counts anyway.
  }
};

/** Sends a request once. The first reply counts; a later, different one is logged as an error. */
export const requestNats = async (
  dialled: Dialled,
  { subject, body, headers: given, timeoutMs }: NatsRequest,
  log: Log,
): Promise<NatsEnd> => {
  const connection = dialled.now();
  if (!connection) return { end: 'nothing-sent', why: 'The desk is not connected to NATS' };
  const sent = headers();
  for (const [name, value] of Object.entries(given)) sent.set(name, value);
  let replies: AsyncIterator<Msg>;
  try {
    const options = { strategy: 'timer', maxWait: timeoutMs, headers: sent } as const;
    const iterable = await connection.requestMany(subject, body, options);
    replies = iterable[Symbol.asyncIterator]();
  } catch (error) {
    return { end: 'nothing-sent', why: reasonOf(error) };
  }
  try {
    const { done, value } = await replies.next();
    if (done)
      return { end: 'cut-off', why: `NIG did not answer within ${Math.round(timeoutMs)} ms` };
    void watchLater(replies, value, subject, log);
    return { end: 'answered', body: value.data };
  } catch (error) {
    if (isUnheard(error)) return { end: 'nothing-sent', why: 'Nobody answers for NIG on NATS' };
    return { end: 'cut-off', why: reasonOf(error) };
  }
};

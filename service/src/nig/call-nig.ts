import { type Dispatcher, Pool } from 'undici';
import type { TlsFiles } from '../platform/process/tls-files.ts';
import { clientRefused, connectorOf } from './tls-connector.ts';

/**
 * The request of a call. `beginWithinMs`: no byte leaves later than this after the call began.
 * `timeoutMs`: less than the usual deadline. `isRepeatable`: sending it twice does no harm.
 */
export type Call = {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH';
  path: string;
  headers: Record<string, string>;
  body?: string;
  beginWithinMs?: number;
  timeoutMs?: number;
  isRepeatable?: boolean;
};

/** The raw answer. `headers`: those that a contract may need; absent where there is none. */
export type RawAnswer = {
  status: number;
  contentType: string;
  headers?: { location?: string; etag?: string };
  body: Uint8Array;
};

/**
 * How a call ended. `nothing-sent`: no byte of the request left this process, and none will.
 * `cut-off`: NIG may have the request, but its answer is incomplete.
 */
export type CallEnd =
  | ({ end: 'answered' } & RawAnswer)
  | { end: 'nothing-sent'; why: string }
  | { end: 'cut-off'; why: string };

/** Connections to NIG for one kind of call, so that a slow kind does not delay another. */
export type Connections = {
  call(call: Call): Promise<CallEnd>;
  /** Calls that run now or wait for a connection. */
  active(): number;
  readonly most: number;
  /** Of each whole call, ms. */
  readonly timeoutMs: number;
  close(): Promise<void>;
};

export type ConnectionOptions = {
  origin: string;
  /** Limits each whole call. */
  timeoutMs: number;
  most: number;
  maxAnswerBytes?: number;
  tls?: TlsFiles;
};

/** A longer body is no answer of NIG and is not read. */
const LARGEST_BODY_BYTES = 64 * 1024;

/**
 * A connection attempt to several addresses fails with one error for each address and no message of
 * its own.
 */
const messageOf = (error: Error): string => {
  if (error instanceof AggregateError) return error.errors.map(({ message }) => message).join('; ');
  return error.message || error.name;
};

const headersOf = ({ location, etag }: Record<string, string | string[] | undefined>) => ({
  headers: {
    ...(typeof location === 'string' && { location }),
    ...(typeof etag === 'string' && { etag }),
  },
});

type Limits = { timeoutMs: number; maxAnswerBytes: number };

/**
 * One call, one deadline: for a free connection, name look-up, connecting, TLS, headers and body.
 *
 * The connection, not the error, shows whether a byte may have left. undici calls `onRequestStart`
 * on the established connection (after TLS), and writes when that returns. The same error code
 * (ECONNRESET, EHOSTUNREACH) means "nothing was sent" before that, and an unknown outcome after it.
 * The exception is a TLS alert by which NIG refuses our certificate: TLS 1.3 lets it arrive late,
 * and such a NIG has read nothing (RFC 8446, section 4.4.2.4).
 */
const makeCall = (
  pool: Dispatcher,
  { timeoutMs: usual, maxAnswerBytes }: Limits,
  call: Call,
): Promise<CallEnd> =>
  new Promise((resolve) => {
    const { timeoutMs = usual, beginWithinMs = timeoutMs, body = null, ...request } = call;
    const beganAt = performance.now();
    const chunks: Uint8Array[] = [];
    let connection: Dispatcher.DispatchController | undefined;
    let [isOver, bytes, status, contentType] = [false, 0, 0, ''];
    let kept: Pick<RawAnswer, 'headers'> = {};
    const finish = (end: CallEnd): void => {
      isOver = true;
      clearTimeout(timer);
      resolve(end);
    };
    const fail = (why: string, isRefused = false): void => {
      if (isOver) return;
      finish({ end: connection && !isRefused ? 'cut-off' : 'nothing-sent', why });
      connection?.abort(new Error(why));
    };
    const unreachable = `NIG could not be reached within ${Math.round(Math.min(timeoutMs, beginWithinMs))} ms`;
    const timer = setTimeout(
      () =>
        fail(connection ? `NIG did not answer within ${Math.round(timeoutMs)} ms` : unreachable),
      timeoutMs,
    );
    pool.dispatch(
      { method: request.method, path: request.path, headers: request.headers, body },
      {
        onRequestStart(started) {
          // Also after a pause of this process, before its timers run.
          if (performance.now() - beganAt > beginWithinMs) fail(unreachable);
          if (isOver) started.abort(new Error(unreachable));
          else connection = started;
        },
        onResponseStart(_, code, headers) {
          // 1xx precede the answer.
          if (code < 200) return;
          status = code;
          contentType = String(headers['content-type'] ?? '');
          kept = headersOf(headers);
        },
        onResponseData(_, chunk) {
          bytes += chunk.length;
          if (bytes > maxAnswerBytes)
            fail(`NIG answered ${status} with more than ${maxAnswerBytes / 1024} KiB`);
          else chunks.push(chunk);
        },
        onResponseEnd() {
          if (!isOver)
            finish({
              ...{ end: 'answered', status, contentType },
              ...kept,
              body: Buffer.concat(chunks),
            });
        },
        onResponseError: (_, error) => fail(messageOf(error), status === 0 && clientRefused(error)),
      },
    );
  });

/**
 * Opens connections on demand, at most `most`. Where the files of TLS changed, the next call opens
 * new connections; running calls end on the old ones.
 */
export const openConnections = ({
  origin,
  timeoutMs,
  most,
  maxAnswerBytes = LARGEST_BODY_BYTES,
  tls,
}: ConnectionOptions): Connections => {
  const open = (connect: ReturnType<typeof connectorOf>) =>
    new Pool(origin, {
      connections: most,
      connect,
      // The call's deadline covers both.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
  let contents = tls?.read();
  let pool = open(connectorOf(contents, timeoutMs));
  let active = 0;
  const poolNow = (): Pool => {
    const newest = tls?.read();
    if (newest === contents) return pool;
    contents = newest;
    void pool.close();
    pool = open(connectorOf(contents, timeoutMs));
    return pool;
  };
  return {
    most,
    timeoutMs,
    active: () => active,
    async call(call) {
      active++;
      try {
        return await makeCall(poolNow(), { timeoutMs, maxAnswerBytes }, call);
      } finally {
        active--;
      }
    },
    close: () => pool.close(),
  };
};

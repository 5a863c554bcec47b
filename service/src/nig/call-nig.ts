import { type Dispatcher, Pool } from 'undici';

/** The request of a call. `beginWithinMs`: no byte leaves later than this after the call began. */
export type Call = {
  method: 'GET' | 'PUT';
  path: string;
  headers: Record<string, string>;
  body?: string;
  beginWithinMs?: number;
};

/** The raw answer. */
export type RawAnswer = { status: number; contentType: string; body: Uint8Array };

/**
 * How a call ended. `nothing-sent`: no byte of the request left this process, and none will.
 * `cut-off`: NIG may have the request, but its answer is incomplete.
 */
export type CallEnd =
  | ({ end: 'answered' } & RawAnswer)
  | { end: 'nothing-sent'; why: string }
  | { end: 'cut-off'; why: string };

/** Connections to NIG for one kind of call, so that a slow kind does not delay another. */
export type Connections = { call(call: Call): Promise<CallEnd>; close(): Promise<void> };

/** NIG's answers have a few hundred bytes. A longer body is no answer of NIG and is not read. */
const LARGEST_BODY_BYTES = 64 * 1024;

/**
 * A connection attempt to several addresses fails with one error for each address and no message of
 * its own.
 */
const messageOf = (error: Error): string => {
  if (error instanceof AggregateError) return error.errors.map(({ message }) => message).join('; ');
  return error.message || error.name;
};

/**
 * One call, one deadline: for a free connection, name look-up, connecting, TLS, headers and body.
 *
 * The connection, not the error, shows whether a byte may have left. undici calls `onRequestStart`
 * on the established connection (after TLS), and writes when that returns. The same error code
 * (ECONNRESET, EHOSTUNREACH) means "nothing was sent" before that, and an unknown outcome after it.
 */
const makeCall = (pool: Dispatcher, timeoutMs: number, call: Call): Promise<CallEnd> =>
  new Promise((resolve) => {
    const { beginWithinMs = timeoutMs, body = null, ...request } = call;
    const beganAt = performance.now();
    const chunks: Uint8Array[] = [];
    let connection: Dispatcher.DispatchController | undefined;
    let [isOver, bytes, status, contentType] = [false, 0, 0, ''];
    const finish = (end: CallEnd): void => {
      isOver = true;
      clearTimeout(timer);
      resolve(end);
    };
    const fail = (why: string): void => {
      if (isOver) return;
      finish({ end: connection ? 'cut-off' : 'nothing-sent', why });
      connection?.abort(new Error(why));
    };
    const unreachable = `NIG could not be reached within ${Math.min(timeoutMs, Math.round(beginWithinMs))} ms`;
    const timer = setTimeout(
      () => fail(connection ? `NIG did not answer within ${timeoutMs} ms` : unreachable),
      timeoutMs,
    );
    pool.dispatch(
      { ...request, body },
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
        },
        onResponseData(_, chunk) {
          bytes += chunk.length;
          if (bytes > LARGEST_BODY_BYTES) fail(`NIG answered ${status} with more than 64 KiB`);
          else chunks.push(chunk);
        },
        onResponseEnd() {
          if (!isOver)
            finish({ end: 'answered', status, contentType, body: Buffer.concat(chunks) });
        },
        onResponseError: (_, error) => fail(messageOf(error)),
      },
    );
  });

/** Opens connections on demand, at most `most`. `timeoutMs` limits each whole call. */
export const openConnections = (origin: string, timeoutMs: number, most: number): Connections => {
  const pool = new Pool(origin, {
    connections: most,
    connect: { timeout: timeoutMs },
    // The call's deadline covers both.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  return { call: (call) => makeCall(pool, timeoutMs, call), close: () => pool.close() };
};

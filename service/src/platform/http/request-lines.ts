import type { Socket } from 'node:net';
import {
  type FastifyBaseLogger,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify';

/** nginx's status of a request without an answer: its caller left, or the desk stopped. */
const NO_ANSWER = 499;

/** The status of an ended answer. */
export const statusOf = ({
  headersSent,
  statusCode,
}: Pick<FastifyReply['raw'], 'headersSent' | 'statusCode'>): number =>
  headersSent ? statusCode : NO_ANSWER;

/** Whether a request is a probe or a scrape, which comes every few seconds. */
export const isProbe = ({ routeOptions }: Pick<FastifyRequest, 'routeOptions'>): boolean =>
  routeOptions.config.rateLimit === false;

/** The members that features add to the line of a request, such as its caller's id. */
const added = new WeakMap<FastifyRequest, Readonly<Record<string, string>>>();

/** Adds to the log line of a request. Never a token, a secret or a part of a body. */
export const addToLine = (
  request: FastifyRequest,
  more: Readonly<Record<string, string>>,
): void => {
  added.set(request, { ...added.get(request), ...more });
};

const tenths = (ms: number): number => Math.round(ms * 10) / 10;

/**
 * One log line a request, when its answer has ended or its connection closed; a stream's line comes
 * at its end. Replaces Fastify's two lines, which miss callers who leave. A probe or a scrape that
 * succeeds has none.
 */
export class RequestLines extends LogController {
  /** How many requests of a connection have no line yet. */
  readonly #pending = new WeakMap<Socket, number>();
  /** What was answered to bytes that are no request, or not in time. */
  readonly #unreadable = new WeakMap<Socket, number>();

  constructor() {
    super({ requestIdLogLabel: 'requestId' });
  }

  override incomingRequest(request: FastifyRequest, { raw }: FastifyReply): void {
    const { socket, method, log } = request;
    const startedAt = performance.now();
    this.#pending.set(socket, this.#pendingOf(socket) + 1);
    // Unlike "finish", this also comes when the caller leaves.
    raw.once('close', () => {
      this.#pending.set(socket, this.#pendingOf(socket) - 1);
      const unreadable = raw.headersSent ? undefined : this.#unreadable.get(socket);
      const status = unreadable ?? statusOf(raw);
      if (isProbe(request) && status < 400) return;
      const route = request.routeOptions.url ?? 'none';
      const ms = tenths(performance.now() - startedAt);
      log.info({ method, route, status, ms, ...added.get(request) }, 'request');
    });
  }

  #pendingOf(socket: Socket): number {
    return this.#pending.get(socket) ?? 0;
  }

  override requestCompleted(
    error: Error | null | undefined,
    ...of: [FastifyRequest, FastifyReply]
  ): void {
    if (error) super.requestCompleted(error, ...of);
  }

  override streamError(error: NodeJS.ErrnoException, ...of: [FastifyRequest, FastifyReply]): void {
    if (error.code !== 'ERR_STREAM_PREMATURE_CLOSE') super.streamError(error, ...of);
  }

  /** Records the answer to an unreadable request, which may be a part of an active one. */
  answeredUnreadable(
    socket: Socket,
    answer: { status: number; requestId: string },
    log: FastifyBaseLogger,
  ) {
    this.#unreadable.set(socket, answer.status);
    if (this.#pendingOf(socket) === 0)
      log.info({ method: 'none', route: 'none', ...answer }, 'request');
  }
}

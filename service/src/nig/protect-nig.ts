import { setTimeout as sleep } from 'node:timers/promises';
import {
  bulkhead,
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  handleWhenResult,
  isBrokenCircuitError,
  isBulkheadRejectedError,
  wrap,
} from 'cockatiel';
import type { Nig, SendAnswer } from './nig.ts';

export type Protection = {
  /** Consecutive sends without an answer that open the circuit. */
  failures: number;
  /** After this time one send tests whether NIG answers again, ms. */
  retryAfterMs: number;
  /** Most sends at a time: more would only wait for a NIG that is already slow. */
  concurrency: number;
  /** Most sends per second; 0 or absent: no limit. */
  perSecond?: number;
};

/** The defaults. */
export const PROTECTION: Protection = { failures: 5, retryAfterMs: 5000, concurrency: 64 };

/** No usable answer. A refusal is an answer. */
const isNoAnswer = (answer: unknown): boolean =>
  typeof answer === 'object' &&
  answer !== null &&
  'outcome' in answer &&
  (answer.outcome === 'unavailable' || answer.outcome === 'unknown');

/** Gives each caller its turn, at most `perSecond` a second: the wait for it, ms. */
const takeTurns = (perSecond: number): (() => number) => {
  let next = 0;
  return () => {
    if (perSecond === 0) return 0;
    const now = performance.now();
    const turn = Math.max(now, next);
    next = turn + 1000 / perSecond;
    return turn - now;
  };
};

const TOO_MANY = 'More updates than NIG_RATE_PER_S allows are waiting';

/**
 * Keeps NIG's outages away from the desk: sends end at once, with nothing sent, while the circuit
 * is open or too many sends run. Look-ups always go through: they settle updates, and NIG may
 * answer them while it accepts no updates.
 */
export const protectNig = (
  nig: Nig,
  { failures, retryAfterMs, concurrency, perSecond = 0 }: Protection = PROTECTION,
): Nig => {
  const circuit = circuitBreaker(handleWhenResult(isNoAnswer), {
    breaker: new ConsecutiveBreaker(failures),
    halfOpenAfter: retryAfterMs,
  });
  // The circuit stays open until the next send. `isAvailable` tells whether a send would go out
  // now.
  let retryAt = 0;
  circuit.onBreak(() => {
    retryAt = performance.now() + retryAfterMs;
  });
  const guarded = wrap(circuit, bulkhead(concurrency, 0));
  const waitMs = takeTurns(perSecond);
  const states = {
    [CircuitState.Closed]: 'closed',
    [CircuitState.Open]: 'open',
    [CircuitState.HalfOpen]: 'half-open',
    [CircuitState.Isolated]: 'open',
  } as const;
  return {
    ...nig,
    isAvailable: () => circuit.state !== CircuitState.Open || performance.now() >= retryAt,
    status: () => ({ ...nig.status(), circuit: states[circuit.state] }),
    async send(call): Promise<SendAnswer> {
      const wait = waitMs();
      const { beginWithinMs } = call;
      if (beginWithinMs !== undefined && wait > beginWithinMs)
        return { outcome: 'unavailable', why: TOO_MANY };
      if (wait > 0) await sleep(wait);
      const rest = beginWithinMs !== undefined && { beginWithinMs: beginWithinMs - wait };
      try {
        return await guarded.execute(() => nig.send({ ...call, ...rest }));
      } catch (error) {
        if (isBrokenCircuitError(error))
          return {
            outcome: 'unavailable',
            why: 'NIG did not answer the last sends; the desk sends again in a few seconds',
          };
        if (isBulkheadRejectedError(error))
          return {
            outcome: 'unavailable',
            why: `${concurrency} updates are being sent to NIG already`,
          };
        throw error;
      }
    },
  };
};

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
};

/** The defaults. */
export const PROTECTION: Protection = { failures: 5, retryAfterMs: 5000, concurrency: 64 };

/** No usable answer. A refusal is an answer. */
const isNoAnswer = (answer: unknown): boolean =>
  typeof answer === 'object' &&
  answer !== null &&
  'outcome' in answer &&
  (answer.outcome === 'unavailable' || answer.outcome === 'unknown');

/**
 * Keeps NIG's outages away from the desk: sends end at once, with nothing sent, while the circuit
 * is open or too many sends run. Look-ups always go through: they settle updates, and NIG may
 * answer them while it accepts no updates.
 */
export const protectNig = (
  nig: Nig,
  { failures, retryAfterMs, concurrency }: Protection = PROTECTION,
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
  return {
    ...nig,
    isAvailable: () => circuit.state !== CircuitState.Open || performance.now() >= retryAt,
    async send(...call): Promise<SendAnswer> {
      try {
        return await guarded.execute(() => nig.send(...call));
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

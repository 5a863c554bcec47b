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
  /** So many sends in a row without an answer open the circuit. */
  failures: number;
  /** So long after it opened, one send tries whether NIG is back, ms. */
  tryAgainAfterMs: number;
  /** Sends at a time at most; more would only wait for a NIG that is slow already. */
  atATime: number;
};

/** What holds where nothing else is asked for. */
export const PROTECTION: Protection = { failures: 5, tryAgainAfterMs: 5000, atATime: 64 };

/** No answer that says anything: NIG is in trouble. A refusal is an answer. */
const isTrouble = (answer: unknown): boolean =>
  typeof answer === 'object' &&
  answer !== null &&
  'outcome' in answer &&
  (answer.outcome === 'unavailable' || answer.outcome === 'unknown');

/**
 * Keeps NIG's trouble away from the desk: sends stop at once, with nothing sent, while the circuit is open or too many
 * are under way. Look-ups go through always: they settle what is open, and a NIG may answer them when it takes no updates.
 */
export const protectNig = (
  nig: Nig,
  { failures, tryAgainAfterMs, atATime }: Protection = PROTECTION,
): Nig => {
  const circuit = circuitBreaker(handleWhenResult(isTrouble), {
    breaker: new ConsecutiveBreaker(failures),
    halfOpenAfter: tryAgainAfterMs,
  });
  // The circuit stays open until somebody sends; whoever looks before wants to know whether a send would go out.
  let tryAgainAt = 0;
  circuit.onBreak(() => {
    tryAgainAt = performance.now() + tryAgainAfterMs;
  });
  const guarded = wrap(circuit, bulkhead(atATime, 0));
  return {
    ...nig,
    isAvailable: () => circuit.state !== CircuitState.Open || performance.now() >= tryAgainAt,
    async send(...call): Promise<SendAnswer> {
      try {
        return await guarded.execute(() => nig.send(...call));
      } catch (error) {
        if (isBrokenCircuitError(error))
          return {
            outcome: 'unavailable',
            why: 'NIG has not answered lately; it is left alone for a moment',
          };
        if (isBulkheadRejectedError(error))
          return { outcome: 'unavailable', why: `${atATime} updates are on their way to NIG already` };
        throw error;
      }
    },
  };
};

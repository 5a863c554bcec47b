import { setTimeout as sleep } from 'node:timers/promises';
import {
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  handleWhenResult,
  isBrokenCircuitError,
} from 'cockatiel';
import { limitSends } from './limit-sends.ts';
import type { Nig, SendAnswer, SendCall } from './nig.ts';

export type Protection = {
  /** Consecutive sends without an answer that open the circuit. */
  failures: number;
  /** After this time one send tests whether NIG answers again, ms. */
  retryAfterMs: number;
  /** Most sends at a time: more would only wait for a NIG that is already slow. */
  concurrency: number;
  /** Most sends of bulks among these. */
  bulkConcurrency?: number;
  /** Most sends per second; 0 or absent: no limit. */
  perSecond?: number;
};

/** The defaults. */
export const PROTECTION: Protection = {
  ...{ failures: 5, retryAfterMs: 5000, concurrency: 64, bulkConcurrency: 32 },
};

/** No usable answer. A refusal is an answer. */
const isNoAnswer = (answer: unknown): boolean =>
  typeof answer === 'object' &&
  answer !== null &&
  'outcome' in answer &&
  (answer.outcome === 'unavailable' || answer.outcome === 'unknown');

type Turns = {
  /** Takes a turn: the wait for it, ms. */
  take(): number;
  /** The wait for the next turn, ms. */
  waitMs(): number;
};

/** Gives each caller its turn, at most `perSecond` a second. */
const takeTurns = (perSecond: number): Turns => {
  let next = 0;
  return {
    take() {
      if (perSecond === 0) return 0;
      const now = performance.now();
      const turn = Math.max(now, next);
      next = turn + 1000 / perSecond;
      return turn - now;
    },
    waitMs: () => Math.max(0, next - performance.now()),
  };
};

/** Waits for a turn. A bulk takes none in advance, so that other sends overtake it. */
const waitForTurn = async (
  turns: Turns,
  { isInBulk, beginWithinMs = Number.POSITIVE_INFINITY }: SendCall,
): Promise<boolean> => {
  const until = performance.now() + beginWithinMs;
  if (isInBulk)
    for (let ms = turns.waitMs(); ms > 0; ms = turns.waitMs()) {
      if (performance.now() + ms > until) return false;
      await sleep(ms);
    }
  const wait = turns.take();
  if (wait > beginWithinMs) return false;
  if (wait > 0) await sleep(wait);
  return true;
};

const TOO_MANY = 'More updates than NIG_RATE_PER_S allows are waiting';
const CIRCUIT_IS_OPEN = 'NIG did not answer the last sends; the desk sends again in a few seconds';

/**
 * Keeps NIG's outages away from the desk: sends end at once, with nothing sent, while the circuit
 * is open or too many sends run. Look-ups always go through: they settle updates, and NIG may
 * answer them while it accepts no updates.
 */
export const protectNig = (
  nig: Nig,
  {
    failures,
    retryAfterMs,
    concurrency,
    bulkConcurrency = concurrency,
    perSecond = 0,
  }: Protection = PROTECTION,
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
  const slots = limitSends(concurrency, bulkConcurrency);
  const turns = takeTurns(perSecond);
  const sendGuarded = async (call: SendCall): Promise<SendAnswer> => {
    try {
      return await circuit.execute(() => nig.send(call));
    } catch (error) {
      if (isBrokenCircuitError(error)) return { outcome: 'unavailable', why: CIRCUIT_IS_OPEN };
      throw error;
    }
  };
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
      const { beginWithinMs = Number.POSITIVE_INFINITY, isInBulk = false } = call;
      const until = performance.now() + beginWithinMs;
      if (!(await waitForTurn(turns, call))) return { outcome: 'unavailable', why: TOO_MANY };
      if (!(await (isInBulk ? slots.enterInBulk(until) : slots.enter(until))))
        return {
          outcome: 'unavailable',
          why: `${concurrency} updates are being sent to NIG already`,
        };
      try {
        const rest = call.beginWithinMs !== undefined && {
          beginWithinMs: until - performance.now(),
        };
        return await sendGuarded({ ...call, ...rest });
      } finally {
        slots.leave(isInBulk);
      }
    },
  };
};

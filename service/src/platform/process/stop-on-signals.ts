import { setTimeout as delay } from 'node:timers/promises';

type Signal = 'SIGINT' | 'SIGTERM';

export type StopPlan = {
  /** The instance takes no new work from a balancer: `/readyz` is 503 from here on. */
  drain(): void;
  /** A start that may be under way: what it has started can be stopped when it has ended. */
  startEnds: Promise<void>;
  /** Ends every part. Called once. */
  stop(): Promise<void>;
  /** How long a SIGTERM leaves the balancer to notice, ms. */
  graceMs: number;
  /** How long `stop` may take before the process ends without it, ms. */
  limitMs: number;
  say(line: string): void;
};

/** npm sends its children a signal that the terminal has sent them already: that is no second one. */
const SECOND_SIGNAL_MS = 1000;
/** How long a stop waits for a start that is under way, ms. */
const START_ENDS_WITHIN_MS = 30_000;

/**
 * Stops the process on SIGTERM and SIGINT: it drains, waits `graceMs`, then stops. SIGINT does not wait, and a
 * second signal ends the wait. A stop that passes `limitMs` ends the process with exit code 1: what
 * is unsettled then is settled by another instance or at the next start.
 */
export const stopOnSignals = (plan: StopPlan): void => {
  const { drain, startEnds, stop, graceMs, limitMs, say } = plan;
  const endOfGrace = new AbortController();
  let firstAt: number | undefined;

  const stopWithin = async (): Promise<void> => {
    const timer = setTimeout(() => {
      say(`The desk did not stop within ${limitMs / 1000} s (does the database answer?): it ends now`);
      process.exit(1);
    }, limitMs);
    await stop();
    clearTimeout(timer);
    // Whatever is still open, such as the channel to a parent process, does not hold up the end.
    process.exit();
  };

  const begin = async (signal: Signal): Promise<void> => {
    firstAt = performance.now();
    drain();
    const waitMs = signal === 'SIGINT' ? 0 : graceMs;
    say(waitMs > 0 ? `Stopping in ${waitMs / 1000} s: /readyz is 503 meanwhile` : 'Stopping');
    if (waitMs > 0) await delay(waitMs, undefined, { signal: endOfGrace.signal }).catch(() => {});
    await Promise.race([startEnds, delay(START_ENDS_WITHIN_MS, undefined, { ref: false })]);
    await stopWithin();
  };

  const hear = (signal: Signal): void => {
    if (firstAt === undefined) void begin(signal);
    else if (signal === 'SIGINT' || performance.now() - firstAt >= SECOND_SIGNAL_MS) endOfGrace.abort();
  };

  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => hear(signal));
};

import { setTimeout as delay } from 'node:timers/promises';

type Signal = 'SIGINT' | 'SIGTERM';

export type StopPlan = {
  /** From here on `/readyz` answers 503, so a balancer sends no new work. */
  drain(): void;
  /** The end of the start, if it still runs: its parts can be stopped only after that. */
  startEnds: Promise<void>;
  /** Ends every part. Called once. */
  stop(): Promise<void>;
  /** How long the desk waits after a SIGTERM for the balancer, ms. */
  graceMs: number;
  /** How long `stop` may take before the process ends without it, ms. */
  limitMs: number;
  print(line: string): void;
};

/**
 * npm forwards a signal that the terminal has already sent to its children: that does not count as
 * a second one.
 */
const SECOND_SIGNAL_MS = 1000;
/** How long a stop waits for a running start, ms. */
const START_ENDS_WITHIN_MS = 30_000;

/**
 * Stops the process on SIGTERM and SIGINT: drains, waits `graceMs`, then stops. SIGINT does not
 * wait, and a second signal ends the wait. A stop that exceeds `limitMs` ends the process with exit
 * code 1; another instance or the next start settles the remaining updates.
 */
export const stopOnSignals = (plan: StopPlan): void => {
  const { drain, startEnds, stop, graceMs, limitMs, print } = plan;
  const endOfGrace = new AbortController();
  let firstAt: number | undefined;

  const stopWithin = async (): Promise<void> => {
    const timer = setTimeout(() => {
      print(
        `The desk did not stop within ${limitMs / 1000} s (does the database answer?): it ends now`,
      );
      process.exit(1);
    }, limitMs);
    await stop();
    clearTimeout(timer);
    // Remaining handles, such as the channel to a parent process, do not delay the end.
    process.exit();
  };

  const begin = async (signal: Signal): Promise<void> => {
    firstAt = performance.now();
    drain();
    const waitMs = signal === 'SIGINT' ? 0 : graceMs;
    print(waitMs > 0 ? `Stopping in ${waitMs / 1000} s: /readyz is 503 meanwhile` : 'Stopping');
    if (waitMs > 0) await delay(waitMs, undefined, { signal: endOfGrace.signal }).catch(() => {});
    await Promise.race([startEnds, delay(START_ENDS_WITHIN_MS, undefined, { ref: false })]);
    await stopWithin();
  };

  const onSignal = (signal: Signal): void => {
    if (firstAt === undefined) void begin(signal);
    else if (signal === 'SIGINT' || performance.now() - firstAt >= SECOND_SIGNAL_MS)
      endOfGrace.abort();
  };

  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => onSignal(signal));
};

import { isDatabaseUnavailable } from './database/errors.ts';
import type { Log } from './log.ts';

export type Repeated = {
  /** Begins the next round now, or as soon as the running one has ended. */
  runNow(): void;
  /** Ends after the running round. */
  stop(): Promise<void>;
};

export type Rounds = {
  /** Returns the time until the next round, ms. */
  round(): Promise<number>;
  failed(error: unknown): void;
  /** The time until the next round after a failed one, ms. */
  retryMs: number;
};

/** Runs rounds, the first at once, one at a time, until stopped. */
export const repeat = ({ round, failed, retryMs }: Rounds): Repeated => {
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  let isRunning = false;
  let isRunNow = false;
  const runRound = async (): Promise<void> => {
    isRunning = true;
    let waitMs = retryMs;
    try {
      waitMs = await round();
    } catch (error) {
      failed(error);
    }
    isRunning = false;
    if (!isStopped) timer = setTimeout(begin, isRunNow ? 0 : waitMs);
    isRunNow = false;
  };
  let running = runRound();
  const begin = (): void => {
    running = runRound();
  };
  return {
    runNow() {
      if (isRunning) isRunNow = true;
      else if (!isStopped) {
        clearTimeout(timer);
        begin();
      }
    },
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      await running;
    },
  };
};

/** Reports a failed round of `task`. An unavailable database is a warning, not an error. */
export const reportFailure = (log: Pick<Log, 'warn' | 'error'>, task: string) => (err: unknown) => {
  if (isDatabaseUnavailable(err)) log.warn({ err }, `${task} waits for the database`);
  else log.error({ err }, `${task} failed`);
};

import { isDatabaseAway } from './database/errors.ts';
import type { Log } from './log.ts';

export type Repeated = {
  /** Begins the next round now, or as soon as the one under way has ended. */
  hurry(): void;
  /** Ends after the round under way. */
  stop(): Promise<void>;
};

export type Rounds = {
  /** Answers how long to wait for the next round, ms. */
  round(): Promise<number>;
  failed(error: unknown): void;
  /** How long to wait after a round that failed, ms. */
  retryMs: number;
};

/** Runs rounds, the first at once, one at a time, until stopped. */
export const repeat = ({ round, failed, retryMs }: Rounds): Repeated => {
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  let isUnderWay = false;
  let isHurried = false;
  const go = async (): Promise<void> => {
    isUnderWay = true;
    let waitMs = retryMs;
    try {
      waitMs = await round();
    } catch (error) {
      failed(error);
    }
    isUnderWay = false;
    if (!isStopped) timer = setTimeout(begin, isHurried ? 0 : waitMs);
    isHurried = false;
  };
  let running = go();
  const begin = (): void => {
    running = go();
  };
  return {
    hurry() {
      if (isUnderWay) isHurried = true;
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

/** Reports a failed round of `what`; a database that is away is no fault of ours. */
export const reportFailure = (log: Pick<Log, 'warn' | 'error'>, what: string) => (err: unknown) => {
  if (isDatabaseAway(err)) log.warn({ err }, `${what} waits for the database`);
  else log.error({ err }, `${what} failed`);
};

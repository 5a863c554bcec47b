import type { Log } from '../platform/log.ts';

/**
 * A fact about an update that only this process knows, to be written when the database is available
 * again.
 */
export type Unwritten = {
  updateId: string;
  /** False: not yet, because the update may still become visible. */
  write(): Promise<boolean>;
};

export type WriteRetries = {
  add(unwritten: Unwritten): void;
  count(): number;
  stop(): Promise<void>;
};

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;

/**
 * Writes what failed to be written, until it succeeds. If the process dies first, settling asks NIG
 * instead.
 */
export const retryWrites = (log: Pick<Log, 'warn'>): WriteRetries => {
  const timers = new Map<Unwritten, NodeJS.Timeout>();
  const writing = new Set<Promise<void>>();
  let isStopped = false;
  const scheduleWrite = (unwritten: Unwritten, waitMs: number): void => {
    if (isStopped) return;
    const timer = setTimeout(() => {
      const work = tryWrite(unwritten, waitMs).finally(() => writing.delete(work));
      writing.add(work);
    }, waitMs);
    timers.set(unwritten, timer);
  };
  const tryWrite = async (unwritten: Unwritten, waitedMs: number): Promise<void> => {
    try {
      if (await unwritten.write()) return void timers.delete(unwritten);
    } catch (err) {
      // Expected: the database is still unavailable.
      log.warn(
        { err, updateId: unwritten.updateId },
        'cannot write the outcome of an update yet; it is retried',
      );
    }
    scheduleWrite(unwritten, Math.min(LONGEST_WAIT_MS, 2 * waitedMs));
  };
  return {
    add: (unwritten) => scheduleWrite(unwritten, FIRST_WAIT_MS),
    count: () => timers.size,
    async stop() {
      isStopped = true;
      for (const timer of timers.values()) clearTimeout(timer);
      await Promise.all(writing);
    },
  };
};

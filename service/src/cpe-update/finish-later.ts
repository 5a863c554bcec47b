import type { Log } from '../platform/log.ts';

/** What only this process knows about an update, to be written when the database takes it again. */
export type Unwritten = {
  updateId: string;
  /** False: not yet, since the update may still become visible. */
  write(): Promise<boolean>;
};

export type FinishLater = {
  add(unwritten: Unwritten): void;
  count(): number;
  stop(): Promise<void>;
};

const FIRST_MS = 500;
const SLOWEST_MS = 30_000;

/**
 * Writes what could not be written at once, until it is. What a process did not write before it died
 * is settled without it: NIG is asked.
 */
export const finishLater = (log: Pick<Log, 'warn'>): FinishLater => {
  const timers = new Map<Unwritten, NodeJS.Timeout>();
  const writing = new Set<Promise<void>>();
  let isStopped = false;
  const tryLater = (unwritten: Unwritten, waitMs: number): void => {
    if (isStopped) return;
    const timer = setTimeout(() => {
      const work = tryNow(unwritten, waitMs).finally(() => writing.delete(work));
      writing.add(work);
    }, waitMs);
    timers.set(unwritten, timer);
  };
  const tryNow = async (unwritten: Unwritten, waitedMs: number): Promise<void> => {
    try {
      if (await unwritten.write()) return void timers.delete(unwritten);
    } catch (err) {
      // Expected: the database is still away.
      log.warn({ err, updateId: unwritten.updateId }, 'the outcome of an update waits to be written');
    }
    tryLater(unwritten, Math.min(SLOWEST_MS, 2 * waitedMs));
  };
  return {
    add: (unwritten) => tryLater(unwritten, FIRST_MS),
    count: () => timers.size,
    async stop() {
      isStopped = true;
      for (const timer of timers.values()) clearTimeout(timer);
      await Promise.all(writing);
    },
  };
};

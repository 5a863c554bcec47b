import { one, statement, type Transaction } from '../../platform/database/database.ts';

/** How far two clocks differ without either having been set, ms. */
const TOLERANCE_MS = 100;

const readClock = statement<{ at: Date }>('read-clock', 'select clock_timestamp() as at');

type Reading = { at: number; before: number; after: number };

/** How far the clock was certainly set since the earlier reading, ms: what the answers' delays do not explain. */
const stepOf = (earlier: Reading, later: Reading): number => {
  const passed = later.at - earlier.at;
  const [least, most] = [later.before - earlier.after, later.after - earlier.before];
  return Math.max(passed - most, least - passed, 0);
};

/**
 * Notices when the database's clock was set ahead or back, by this process's monotonic clock. For
 * `doubtMs` after that, the age of a row is no evidence of how much time has passed. A step before
 * the first reading is not noticed.
 */
export const watchSteps = (doubtMs: number) => {
  let earlier: Reading | undefined;
  let doubtUntil = 0;
  return {
    /** Whether ages that were read before this moment are evidence. */
    async isSteady(tx: Transaction): Promise<boolean> {
      const before = performance.now();
      const { at } = await one(tx, readClock, []);
      const later = { at: at.getTime(), before, after: performance.now() };
      if (earlier && stepOf(earlier, later) > TOLERANCE_MS) doubtUntil = later.after + doubtMs;
      earlier = later;
      return later.after >= doubtUntil;
    },
  };
};

export type ClockSteps = ReturnType<typeof watchSteps>;

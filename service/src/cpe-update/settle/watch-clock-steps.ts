import { one, type Transaction } from '../../platform/database/database.ts';
import { readClock } from './settle.sql.ts';

/** Two clocks may differ by this much without a step, ms. */
const TOLERANCE_MS = 100;

type Reading = { at: number; before: number; after: number };

/**
 * The certain part of a step since the earlier reading, ms: the part that the answers' delays do
 * not explain.
 */
const stepOf = (earlier: Reading, later: Reading): number => {
  const passed = later.at - earlier.at;
  const [least, most] = [later.before - earlier.after, later.after - earlier.before];
  return Math.max(passed - most, least - passed, 0);
};

/**
 * Detects by this process's monotonic clock that the database's clock was set forward or back. For
 * `untrustedMs` after that, the age of a row does not prove that time has passed. A step before the
 * first reading is not detected.
 */
export const watchClockSteps = (untrustedMs: number) => {
  let earlier: Reading | undefined;
  let untrustedUntil = 0;
  return {
    /** Whether ages that were read before this moment are valid. */
    async isSteady(tx: Transaction): Promise<boolean> {
      const before = performance.now();
      const { at } = await one(tx, readClock, []);
      const later = { at: at.getTime(), before, after: performance.now() };
      if (earlier && stepOf(earlier, later) > TOLERANCE_MS)
        untrustedUntil = later.after + untrustedMs;
      earlier = later;
      return later.after >= untrustedUntil;
    },
  };
};

export type ClockSteps = ReturnType<typeof watchClockSteps>;

import { inTransaction, one, type Pool, run } from '../database.ts';
import { addToSummary, lockSummaryEnd, moveSummaryEnd } from './queries.ts';

/** An update is settled at a time that is a minute old at most when its statement begins, and no transaction is open for this long. */
const LATE_MS = 10 * 60_000;

/** Counts at most a day's updates; whether that was all there is to count. */
const summariseDay = (db: Pool, lateMs: number): Promise<boolean> =>
  inTransaction(db, async (tx) => {
    const { until, next, last } = await one(tx, lockSummaryEnd, [lateMs]);
    if (until !== '-infinity' && Date.parse(until) >= last.getTime()) return true;
    await run(tx, addToSummary, [until, next]);
    await run(tx, moveSummaryEnd, [next]);
    return next.getTime() === last.getTime();
  });

/**
 * Counts the updates that were settled since the last time, so that the overview need not. One instance at a time, a day at a
 * time: what was counted stays, and nobody waits for years of updates.
 */
export const summariseUpdates = async (db: Pool, lateMs = LATE_MS): Promise<void> => {
  while (!(await summariseDay(db, lateMs)));
};

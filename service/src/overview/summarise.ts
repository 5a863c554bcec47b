import { inTransaction, one, type Pool, run } from '../platform/database/database.ts';
import { addToSummary, beginSummary, lockSummaryEnd, moveSummaryEnd } from './queries.ts';

/**
 * An update is settled at a time that is a minute old at most when its statement begins, and no
 * transaction is open for this long.
 */
const LATE_MS = 10 * 60_000;

/** Counts at most a day's updates; whether that was all there is to count. */
const summariseDay = (db: Pool, zone: string, lateMs: number): Promise<boolean> =>
  inTransaction(db, async (tx) => {
    const { until, next, last } = await one(tx, lockSummaryEnd, [zone, lateMs]);
    if (until !== '-infinity' && Date.parse(until) >= last.getTime()) return true;
    await run(tx, addToSummary, [zone, until, next]);
    await run(tx, moveSummaryEnd, [zone, next]);
    return next.getTime() === last.getTime();
  });

/**
 * Counts the updates that were settled since the last time, by days of a time zone, so that the
 * overview need not. One instance at a time, a day at a time: what was counted stays, and nobody
 * waits for years of updates, not even when the zone is new.
 */
export const summariseUpdates = async (db: Pool, zone: string, lateMs = LATE_MS): Promise<void> => {
  await run(db, beginSummary, [zone]);
  while (!(await summariseDay(db, zone, lateMs)));
};

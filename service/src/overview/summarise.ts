import { inTransaction, one, type Pool, run } from '../database.ts';
import { addToSummary, lockSummaryEnd, moveSummaryEnd } from './queries.ts';

/** A transaction that settles an update says the time of its begin; none is open for as long as this. */
const LATE_MS = 10 * 60_000;

/** Counts the updates that were settled since the last time, so that the overview need not. One instance at a time. */
export const summariseUpdates = (db: Pool, lateMs = LATE_MS): Promise<void> =>
  inTransaction(db, async (tx) => {
    const { until, next } = await one(tx, lockSummaryEnd, [lateMs]);
    if (until !== '-infinity' && Date.parse(until) >= next.getTime()) return;
    await run(tx, addToSummary, [until, next]);
    await run(tx, moveSummaryEnd, [next]);
  });

import { inTransaction, one, type Pool, run } from '../platform/database/database.ts';
import {
  addToZoneSummary,
  beginZoneSummary,
  lockZoneSummaryEnd,
  moveZoneSummaryEnd,
} from './overview.sql.ts';

/**
 * An update's settling time is at most a minute before its statement, and no transaction stays open
 * this long. So no update is settled later with a time before the summary's end.
 */
const LATE_MS = 10 * 60_000;

/** Counts at most a day's updates. Returns whether the summary is up to date. */
const summariseDay = (db: Pool, zone: string, lateMs: number): Promise<boolean> =>
  inTransaction(db, async (tx) => {
    const { until, next, last } = await one(tx, lockZoneSummaryEnd, [zone, lateMs]);
    if (until !== '-infinity' && Date.parse(until) >= last.getTime()) return true;
    await run(tx, addToZoneSummary, [zone, until, next]);
    await run(tx, moveZoneSummaryEnd, [zone, next]);
    return next.getTime() === last.getTime();
  });

/**
 * Counts newly settled updates by days of a time zone, so that the overview need not. One instance
 * at a time, one day at a time: counted days stay counted, and no transaction covers years of
 * updates, even for a new time zone.
 */
export const summariseUpdates = async (db: Pool, zone: string, lateMs = LATE_MS): Promise<void> => {
  await run(db, beginZoneSummary, [zone]);
  while (!(await summariseDay(db, zone, lateMs)));
};

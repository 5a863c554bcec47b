/**
 * The database's clock as it was read once, carried on by this process's monotonic one: the same time for all instances, and none
 * of them can set it.
 */
export type DatabaseClock = {
  readAt: Date;
  /** When it was read by our monotonic clock and by our wall clock, ms. */
  since: number;
  sinceByWall: number;
};

/** A clock that was read this moment: `clock_timestamp()` of a statement that has just been answered. */
export const clockAt = (readAt: Date): DatabaseClock => ({
  readAt,
  since: performance.now(),
  sinceByWall: Date.now(),
});

/** What the clock says now, to the millisecond; late by what the answer with its reading took. */
export const timeBy = ({ readAt, since }: DatabaseClock): Date =>
  new Date(readAt.getTime() + performance.now() - since);

const MOST_APART_MS = 60_000;

/** False where our own two clocks went apart since it was read: the monotonic one stands still while a machine sleeps. */
export const isSteady = ({ since, sinceByWall }: DatabaseClock): boolean =>
  Math.abs(performance.now() - since - (Date.now() - sinceByWall)) < MOST_APART_MS;

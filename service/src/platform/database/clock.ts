/**
 * The database's clock as it was read once, carried on by this process's monotonic clock: the same
 * time for all instances, which no instance can set. While a machine sleeps the monotonic clock stands
 * still; the database refuses an entry whose time is more than five minutes off.
 */
export type DatabaseClock = {
  readAt: Date;
  /** When it was read by our monotonic clock, ms. */
  since: number;
};

/** A clock that was read this moment: `clock_timestamp()` of a statement that was just answered. */
export const clockAt = (readAt: Date): DatabaseClock => ({ readAt, since: performance.now() });

/** What the clock says now, to the millisecond; late by what the answer with its reading took. */
export const timeBy = ({ readAt, since }: DatabaseClock): Date =>
  new Date(readAt.getTime() + performance.now() - since);

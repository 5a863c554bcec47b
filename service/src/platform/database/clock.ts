/**
 * A reading of the database's clock, continued by this process's monotonic clock: the same time for
 * all instances, which no instance can set. The monotonic clock stops while a machine sleeps; the
 * database refuses an entry whose time is more than five minutes off.
 */
export type DatabaseClock = {
  readAt: Date;
  /** The time of the reading by this process's monotonic clock, ms. */
  since: number;
};

/** A clock that was read this moment: `clock_timestamp()` of a statement that was just answered. */
export const clockAt = (readAt: Date): DatabaseClock => ({ readAt, since: performance.now() });

/**
 * The present time of the clock, to the millisecond; late by the time that the reading's answer
 * took.
 */
export const timeBy = ({ readAt, since }: DatabaseClock): Date =>
  new Date(readAt.getTime() + performance.now() - since);

/**
 * The database's clock as it was read once, carried on by this process's monotonic one: the same time for all instances, and none
 * of them can set it.
 */
export type DatabaseClock = { readAt: Date; since: number };

/** A clock that was read this moment: `now()` of a statement that has just been answered. */
export const clockAt = (readAt: Date): DatabaseClock => ({ readAt, since: performance.now() });

/** What the clock says now, to the millisecond; late by what the answer with its reading took. */
export const timeBy = ({ readAt, since }: DatabaseClock): Date =>
  new Date(readAt.getTime() + performance.now() - since);

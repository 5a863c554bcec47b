/** Most rows of a batch. */
const MOST_ROWS = 128;
/** A turn is at most so far away when its row is recorded, ms: an intent never waits long. */
const HORIZON_MS = 1000;
/** A batch is worth its transaction where it has the turns of this time, ms. */
const WORTH_MS = 250;

/** The rows that may be recorded now: how many, and when each is sent. */
export type Turns = {
  count: number;
  /** When the first row is sent, ms from now. */
  firstInMs: number;
  /** The time from one row to the next, ms. */
  everyMs: number;
};

/**
 * The turns of a bulk with this rate that are due within a second. `nextSendAt` is the bulk's
 * token bucket: the first turn that nobody has taken; null before the first one.
 */
export const turnsAt = (
  ratePerSecond: number | null,
  { now, nextSendAt }: { now: Date; nextSendAt: Date | null },
  most: number,
): Turns => {
  if (ratePerSecond === null) return { count: Math.min(most, MOST_ROWS), firstInMs: 0, everyMs: 0 };
  const everyMs = 1000 / ratePerSecond;
  const firstInMs = Math.max(0, (nextSendAt?.getTime() ?? 0) - now.getTime());
  const due = Math.max(Math.floor((HORIZON_MS - firstInMs) / everyMs), firstInMs === 0 ? 1 : 0);
  const isWorthIt = due >= Math.min(most, WORTH_MS / everyMs);
  return { count: isWorthIt ? Math.min(due, most, MOST_ROWS) : 0, firstInMs, everyMs };
};

/** The first turn that is free after `count` were taken. */
export const turnAfter = (now: Date, { firstInMs, everyMs }: Turns, count: number): Date =>
  new Date(now.getTime() + firstInMs + count * everyMs);

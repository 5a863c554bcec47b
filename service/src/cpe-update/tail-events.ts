import { type DatabaseLog, one, type Pool, run } from '../database.ts';
import { selectEvents, selectLastPosition } from './queries.ts';

const EVERY_MS = 100;
const AFTER_FAILURE_MS = 1000;
const AT_MOST = 1000;
/** A place that is empty for longer was that of a transaction that was rolled back. */
const GAP_MS = 60_000;
const MOST_GAPS = 1000;

/**
 * What was read so far: up to a place, and the empty places before it. Places are given when an event is written, not when it is
 * committed: the transaction of an empty one may be still under way.
 */
const readingFrom = (last: number) => {
  const gaps = new Map<number, number>();
  let after = last;
  return {
    next: (): [after: number, gaps: number[]] => [after, [...gaps.keys()]],
    note(position: number, now: number): void {
      gaps.delete(position);
      for (let empty = after + 1; empty < position && gaps.size < MOST_GAPS; empty++) gaps.set(empty, now);
      after = Math.max(after, position);
    },
    forgetOld(now: number): void {
      for (const [position, since] of gaps) if (now - since > GAP_MS) gaps.delete(position);
    },
  };
};

/**
 * Tells of each event that any instance commits from now on, once, until it is stopped. When the database was away, what was
 * committed meanwhile is told afterwards.
 */
export const tailEvents = async (
  db: Pool,
  log: DatabaseLog,
  tell: (announcement: unknown) => void,
): Promise<{ stop(): Promise<void> }> => {
  const reading = readingFrom((await one(db, selectLastPosition, [])).position);
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  const read = async (): Promise<number> => {
    const rows = await run(db, selectEvents, [...reading.next(), AT_MOST]);
    const now = performance.now();
    for (const { position, announcement } of rows) {
      reading.note(position, now);
      tell(announcement);
    }
    reading.forgetOld(now);
    return rows.length;
  };
  const round = async (): Promise<void> => {
    let wait = EVERY_MS;
    try {
      while ((await read()) === AT_MOST);
    } catch (err) {
      // Expected: the database is away.
      if (!isStopped) log.warn({ err }, 'live updates: database away');
      wait = AFTER_FAILURE_MS;
    }
    if (!isStopped) timer = setTimeout(next, wait);
  };
  let running = Promise.resolve();
  const next = () => {
    running = round();
  };
  next();
  return {
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      await running;
    },
  };
};

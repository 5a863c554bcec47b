import { cpeUpdateStates } from '@cpe-desk/contract';
import { z } from 'zod';
import { type DatabaseWatch, StandbyError } from '../../incident/database-watch.ts';
import { type DatabaseLog, one, type Pool, run } from '../../platform/database/database.ts';
import { repeat } from '../../platform/repeat.ts';
import { selectEvents, selectNewestEvent } from './queries.ts';

const EVERY_MS = 100;
const AFTER_FAILURE_MS = 1000;
const AT_MOST = 1000;
/** A place that is empty for longer was that of a transaction that was rolled back. */
const GAP_MS = 60_000;
const MOST_GAPS = 1000;

type EventRow = { position: number; announcement: unknown };

const seenSchema = z.object({ updateId: z.string(), state: z.enum(cpeUpdateStates) });

/**
 * What was read so far: up to a place, and the empty places before it. Places are given when an event is written, not when it is
 * committed: the transaction of an empty one may be still under way.
 */
const readingFrom = ({ position, announcement }: { position: number; announcement: unknown }) => {
  const gaps = new Map<number, number>();
  let after = position;
  let newest = JSON.stringify(announcement);
  return {
    next: (): [after: number, gaps: number[]] => [after, [...gaps.keys()]],
    /** Whether the newest event that was read is still there: it is never deleted, only lost or replaced. */
    continues: ([first]: readonly EventRow[]): boolean =>
      after === 0 || (first?.position === after && JSON.stringify(first.announcement) === newest),
    note({ position, announcement }: EventRow, now: number): void {
      gaps.delete(position);
      if (position > after) newest = JSON.stringify(announcement);
      for (let empty = after + 1; empty < position && gaps.size < MOST_GAPS; empty++) gaps.set(empty, now);
      after = Math.max(after, position);
    },
    forgetOld(now: number): void {
      for (const [position, since] of gaps) if (now - since > GAP_MS) gaps.delete(position);
    },
  };
};

/** Whom the tail tells: `tell` of each event, `restart` that events before now may be lost or were not told. */
export type TailListener = { tell(announcement: unknown): void; restart(): void };

/**
 * Tells of each event that any instance commits from now on, once, until it is stopped. When the database was away, what was
 * committed meanwhile is told afterwards. When the database lost events, their positions are given again: reading starts again.
 */
export const tailEvents = async (
  db: Pool,
  log: DatabaseLog,
  watch: Pick<DatabaseWatch, 'database' | 'examine' | 'recordSeen'>,
  { tell, restart }: TailListener,
): Promise<{ stop(): Promise<void> }> => {
  let reading = readingFrom(await one(db, selectNewestEvent, []));
  const startAgain = async (): Promise<void> => {
    reading = readingFrom(await one(db, selectNewestEvent, []));
    restart();
  };
  const tellAll = (rows: readonly EventRow[]): void => {
    const now = performance.now();
    for (const row of rows) {
      reading.note(row, now);
      const { data: update } = seenSchema.safeParse(row.announcement);
      if (update) watch.recordSeen(update, row.position);
      tell(row.announcement);
    }
    reading.forgetOld(now);
  };
  const read = async (): Promise<number> => {
    const [after, gaps] = reading.next();
    const all = await run(db, selectEvents, [after, gaps, AT_MOST + 1]);
    const rows = all.filter((row): row is typeof row & EventRow => row.position !== null);
    const database = all[0]?.database ?? null;
    if (database === null) throw new StandbyError('The database is a standby or is recovering');
    const continues = reading.continues(rows.filter(({ position }) => position >= after));
    const isSame = database === watch.database();
    if ((!continues || !isSame) && ((await watch.examine(!continues)) || !continues)) {
      await startAgain();
      return 0;
    }
    const fresh = rows.filter(({ position }) => position !== after);
    tellAll(fresh);
    return fresh.length;
  };
  return repeat({
    round: async () => {
      while ((await read()) >= AT_MOST);
      return EVERY_MS;
    },
    // Expected: the database is away.
    failed: (err) => log.warn({ err }, 'live updates: database away'),
    retryMs: AFTER_FAILURE_MS,
  });
};

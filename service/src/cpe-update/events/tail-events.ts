import { cpeUpdateStates } from '@cpe-desk/contract';
import { z } from 'zod';
import { type DatabaseWatch, StandbyError } from '../../incident/database-watch.ts';
import { type DatabaseLog, one, type Pool, run } from '../../platform/database/database.ts';
import { repeat } from '../../platform/repeat.ts';
import { selectEvents, selectNewestEvent } from './events.sql.ts';

const EVERY_MS = 100;
const AFTER_FAILURE_MS = 1000;
const AT_MOST = 1000;
/** A position that stays empty longer belongs to a transaction that was rolled back. */
const GAP_MS = 60_000;
const MOST_GAPS = 1000;

type EventRow = { position: number; announcement: unknown };

const seenSchema = z.object({ updateId: z.string(), state: z.enum(cpeUpdateStates) });

/**
 * The progress of reading: a position, and the empty positions before it. A position is assigned
 * when an event is written, not when it is committed, so the transaction of an empty position may
 * still be open.
 */
const readingFrom = ({ position, announcement }: { position: number; announcement: unknown }) => {
  const gaps = new Map<number, number>();
  let after = position;
  let newest = JSON.stringify(announcement);
  return {
    next: (): [after: number, gaps: number[]] => [after, [...gaps.keys()]],
    /**
     * Whether the newest event that was read still exists: it is never deleted, only lost or
     * replaced.
     */
    continues: ([first]: readonly EventRow[]): boolean =>
      after === 0 || (first?.position === after && JSON.stringify(first.announcement) === newest),
    add({ position, announcement }: EventRow, now: number): void {
      gaps.delete(position);
      if (position > after) newest = JSON.stringify(announcement);
      for (let empty = after + 1; empty < position && gaps.size < MOST_GAPS; empty++)
        gaps.set(empty, now);
      after = Math.max(after, position);
    },
    dropOld(now: number): void {
      for (const [position, since] of gaps) if (now - since > GAP_MS) gaps.delete(position);
    },
  };
};

/**
 * `onEvent` gets each event. `onRestart` says that earlier events may be lost or were not passed
 * on.
 */
export type TailListener = { onEvent(announcement: unknown): void; onRestart(): void };

export type EventTail = {
  /** Time since all events were last read, ms. */
  readAgoMs(): number;
  stop(): Promise<void>;
};

/**
 * Passes on each event that any instance commits from now on, once, until stopped. After an outage
 * of the database it passes on the events of the meantime. If the database lost events, it assigns
 * their positions again, so reading restarts.
 */
export const tailEvents = async (
  db: Pool,
  log: DatabaseLog,
  watch: Pick<DatabaseWatch, 'database' | 'examine' | 'recordSeen'>,
  { onEvent, onRestart }: TailListener,
): Promise<EventTail> => {
  let readAt = performance.now();
  let reading = readingFrom(await one(db, selectNewestEvent, []));
  const startAgain = async (): Promise<void> => {
    reading = readingFrom(await one(db, selectNewestEvent, []));
    onRestart();
  };
  const passOn = (rows: readonly EventRow[]): void => {
    const now = performance.now();
    for (const row of rows) {
      reading.add(row, now);
      const { data: update } = seenSchema.safeParse(row.announcement);
      if (update) watch.recordSeen(update, row.position);
      onEvent(row.announcement);
    }
    reading.dropOld(now);
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
    passOn(fresh);
    return fresh.length;
  };
  const rounds = repeat({
    round: async () => {
      while ((await read()) >= AT_MOST);
      readAt = performance.now();
      return EVERY_MS;
    },
    // Expected: the database is unavailable.
    failed: (err) => log.warn({ err }, 'live updates: the database is unavailable'),
    retryMs: AFTER_FAILURE_MS,
  });
  return { readAgoMs: () => performance.now() - readAt, stop: rounds.stop };
};

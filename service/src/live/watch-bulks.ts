import { type BulkEvent, bulkEventSchema } from '@cpe-desk/contract';
import { type Pool, run } from '../platform/database/database.ts';
import type { Log } from '../platform/log.ts';
import { repeat } from '../platform/repeat.ts';
import { selectBulkProgress } from './live.sql.ts';

/** At most two events a second of each bulk. */
const EVERY_MS = 500;

/** A change of a bulk, with the segment groups that a reader must have, all of them. */
export type BulkChange = { event: BulkEvent; segmentGroups: readonly string[] };

/**
 * Calls the listener when a bulk's state or counts have changed, on whichever instance, until
 * stopped. The first look says what there is.
 */
export const watchBulks = (
  db: Pool,
  log: Pick<Log, 'warn'>,
  listener: (change: BulkChange) => void,
): { stop(): Promise<void> } => {
  let known = new Map<string, string>();
  const look = async (): Promise<number> => {
    const rows = await run(db, selectBulkProgress, []);
    const seen = new Map<string, string>();
    for (const { id, state, waits_for, counts, segment_groups: segmentGroups } of rows) {
      const facts = JSON.stringify([state, waits_for, counts]);
      seen.set(id, facts);
      if (known.get(id) === facts) continue;
      const event = {
        bulkId: id,
        state,
        waitsFor: waits_for,
        counts,
        at: new Date().toISOString(),
      };
      listener({ event: bulkEventSchema.parse(event), segmentGroups });
    }
    known = seen;
    return EVERY_MS;
  };
  return repeat({
    round: look,
    // Expected: the database is unavailable.
    failed: (err) => log.warn({ err }, 'live updates: the progress of bulks cannot be read'),
    retryMs: 2 * EVERY_MS,
  });
};

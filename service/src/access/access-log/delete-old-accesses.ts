import { one, type Pool } from '../../platform/database/database.ts';
import { pruneAccessLog } from './access-log.sql.ts';

/** Entries that one statement deletes, so that none takes long. */
const MOST = 5000;

/** Deletes the entries that are older than `days`, until none is left or `stopping` aborts. */
export const deleteOldAccesses =
  (db: Pool, days: number) =>
  async (stopping: AbortSignal): Promise<void> => {
    while (!stopping.aborted && (await one(db, pruneAccessLog, [days, MOST])).count === MOST);
  };

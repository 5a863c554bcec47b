import { one, type Pool } from '../../platform/database/database.ts';
import { pruneBulkRows } from './show.sql.ts';

/** Rows that one statement deletes, so that none takes long. */
const MOST = 5000;
/** `prune_bulk_rows` answers it where no bulk is old enough. */
const NO_BULK = -1;

/** Deletes the rows of bulks that ended more than `days` ago, until none is left or `stopping`. */
export const deleteOldRows =
  (db: Pool, days: number) =>
  async (stopping: AbortSignal): Promise<void> => {
    while (!stopping.aborted && (await one(db, pruneBulkRows, [days, MOST])).count !== NO_BULK);
  };

import { one, type Pool } from '../../platform/database/database.ts';
import { fillSearchText } from './search.sql.ts';

/** Short enough that an import which changes one of these tickets hardly waits. */
const BATCH = 1000;

/**
 * Gives the tickets from before migration 0040 the text that they are searched in, the newest
 * first. Each batch is a transaction, so that a stopped fill goes on where it was; several
 * instances share the work.
 */
export const fillMissingSearchText = async (
  db: Pool,
  stopping: AbortSignal,
  batch = BATCH,
): Promise<void> => {
  let before = 'infinity';
  while (!stopping.aborted) {
    const { until } = await one(db, fillSearchText, [before, batch]);
    if (until === null) return;
    before = until;
  }
};

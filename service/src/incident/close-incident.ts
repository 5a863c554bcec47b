import { maybeOne, type Pool, run } from '../platform/database/database.ts';
import { closeIncident, deleteComparedLines } from './incident.sql.ts';

/**
 * Closes the open incident if every line has been compared since it began. Returns whether it
 * closed.
 */
export const closeIfCompared = async (db: Pool): Promise<boolean> => {
  const closed = await maybeOne(db, closeIncident, []);
  if (closed) await run(db, deleteComparedLines, [closed.id]);
  return closed !== undefined;
};

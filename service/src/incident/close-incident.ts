import { maybeOne, type Pool, run } from '../platform/database/database.ts';
import { closeIncident, forgetCompared } from './queries.ts';

/** Closes the open incident if each line has been compared since it began; whether it did. */
export const closeIfCompared = async (db: Pool): Promise<boolean> => {
  const closed = await maybeOne(db, closeIncident, []);
  if (closed) await run(db, forgetCompared, [closed.id]);
  return closed !== undefined;
};

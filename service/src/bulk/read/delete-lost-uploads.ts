import { type Pool, run } from '../../platform/database/database.ts';
import { deleteLostParts } from './read.sql.ts';

/** Deletes the bytes of uploads that ended before all of them arrived. */
export const deleteLostUploads = (db: Pool): Promise<unknown> => run(db, deleteLostParts, []);

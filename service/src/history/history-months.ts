import { type Queryable, run } from '../platform/database/database.ts';
import { makeNextMonths } from './queries.ts';

/** Makes the partitions of `cpe_history` for this month and the next ones, where they are missing. */
export const keepHistoryMonths = (db: Queryable) => run(db, makeNextMonths, []);

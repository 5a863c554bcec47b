import { type Queryable, run } from '../platform/database/database.ts';
import { makeNextHistoryMonths } from './history.sql.ts';

/** Creates the missing partitions of `cpe_history` for this month and the next ones. */
export const createHistoryMonths = (db: Queryable) => run(db, makeNextHistoryMonths, []);

import { type Queryable, run } from '../platform/database/database.ts';
import { makeNextMonths } from './queries.ts';

/** Creates the missing partitions of `cpe_history` for this month and the next ones. */
export const createHistoryMonths = (db: Queryable) => run(db, makeNextMonths, []);

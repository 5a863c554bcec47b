import { one, type Queryable } from '../platform/database/database.ts';
import { StartError, systemErrorCode } from '../platform/process/start-error.ts';
import { selectToday } from './overview.sql.ts';

const INVALID_PARAMETER_VALUE = '22023';

/** Refuses a time zone that the database does not know, because the overview counts by its days. */
export const checkTimeZone = async (db: Queryable, zone: string): Promise<void> => {
  try {
    await one(db, selectToday, [zone]);
  } catch (error) {
    if (systemErrorCode(error) !== INVALID_PARAMETER_VALUE) throw error;
    throw new StartError('time-zone', `TZ: the database does not know the time zone ${zone}`);
  }
};

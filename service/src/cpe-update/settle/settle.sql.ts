// Written by npm run sql-types from settle.sql; do not edit.
import { sqlFile } from '../../platform/database/sql-file.ts';

const statement = sqlFile(import.meta.filename);

export type ReadClockRow = {
  at: Date;
};
export const readClock = statement<ReadClockRow, []>('read-clock');

// Written by npm run sql-types from corp-data.sql; do not edit.
import { sqlFile } from '../platform/database/sql-file.ts';

const statement = sqlFile(import.meta.filename);

export type RefreshCorpDataRow = {
  id: string;
};
/**
 * Writes the corp-data temp records of these lines from their recorded line and CPE.
 */
export const refreshCorpData = statement<RefreshCorpDataRow, [
  lineIds: readonly string[],
  at: Date | string,
]>('refresh-corp-data');

// Written by npm run sql-types from start.sql; do not edit.
import { sqlFile } from '../platform/database/sql-file.ts';

const statement = sqlFile(import.meta.filename);

export type OwnsHistoryRow = {
  owns: boolean;
};
/**
 * Whether the desk works as the owner of its tables.
 */
export const ownsHistory = statement<OwnsHistoryRow, []>('owns-history');

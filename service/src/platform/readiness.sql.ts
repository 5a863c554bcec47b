// Written by npm run sql-types from readiness.sql; do not edit.
import { sqlFile } from './database/sql-file.ts';

const statement = sqlFile(import.meta.filename);

export type SelectWritingRow = {
  is_read_only: boolean;
  is_recovering: boolean;
};
export const selectWriting = statement<SelectWritingRow, []>('select-writing');

// Written by npm run sql-types from explain.sql; do not edit.
import { sqlFile } from '../platform/database/sql-file.ts';

const statement = sqlFile(import.meta.filename);

export type SelectStoryOfUpdateRow = {
  story: unknown;
};
/**
 * All facts in the database about one update, as JSON. No row where it does not exist.
 */
export const selectStoryOfUpdate = statement<SelectStoryOfUpdateRow, [
  updateId: string,
]>('select-story-of-update');

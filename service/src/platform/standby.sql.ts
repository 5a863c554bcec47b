// Written by npm run sql-types from standby.sql; do not edit.
import { sqlFile } from './database/sql-file.ts';

const statement = sqlFile(import.meta.filename);

export type SelectSynchronousCommitRow = {
  is_synchronous: boolean;
};
/**
 * Whether a commit waits for a standby. A role without pg_monitor sees no state of the standbys.
 */
export const selectSynchronousCommit = statement<SelectSynchronousCommitRow, []>('select-synchronous-commit');

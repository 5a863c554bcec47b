// Written by npm run sql-types from database.sql; do not edit.
import { sqlFile } from './sql-file.ts';

const statement = sqlFile(import.meta.filename);

export type ProbeCommitRow = {
  position: string | null;
};
/**
 * Writes to the database's log (WAL) only. Its commit waits for the standby like any other.
 */
export const probeCommit = statement<ProbeCommitRow, []>('probe-commit');

export type SelectRunningBackendsRow = {
  pid: number;
};
/**
 * The processes among these that still run. A process that began after the drop reuses the id.
 */
export const selectRunningBackends = statement<SelectRunningBackendsRow, [
  processIds: readonly number[],
  droppedMsAgo: readonly number[],
]>('select-running-backends');

export type SelectOldestStatementRow = {
  ms_ago: number | null;
};
/**
 * How long the oldest statement of this role runs on this server, ms. Null: none does.
 */
export const selectOldestStatement = statement<SelectOldestStatementRow, []>('select-oldest-statement');

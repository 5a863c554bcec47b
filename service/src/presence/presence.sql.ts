// Written by npm run sql-types from presence.sql; do not edit.
import { sqlFile } from '../platform/database/sql-file.ts';

const statement = sqlFile(import.meta.filename);

/**
 * Adds the rows of a stream, one per line; those that exist count as seen now.
 */
export const enterLines = statement<never, [
  rowIds: readonly string[],
  serviceLineIds: readonly string[],
  subject: string,
  name: string,
]>('enter-lines');

export const deletePresence = statement<never, [
  rowIds: readonly string[],
]>('delete-presence');

/**
 * Deletes rows of dead instances; skips rows that another instance deletes now.
 */
export const deleteStalePresence = statement<never, [
  staleMs: number,
]>('delete-stale-presence');

export type SelectOthersPresentRow = {
  service_line_id: string;
  names: string[];
};
/**
 * Who else is viewing each line, every person once. Lines outside the segment groups have no row.
 */
export const selectOthersPresent = statement<SelectOthersPresentRow, [
  serviceLineIds: readonly string[],
  subject: string,
  staleMs: number,
  segmentGroups: readonly string[],
]>('select-others-present');

export type NotifyPresenceRow = {
  pg_notify: string;
};
/**
 * Every instance hears it.
 */
export const notifyPresence = statement<NotifyPresenceRow, [
  serviceLineIds: readonly string[],
]>('notify-presence');

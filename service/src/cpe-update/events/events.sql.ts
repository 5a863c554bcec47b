// Written by npm run sql-types from events.sql; do not edit.
import { sqlFile } from '../../platform/database/sql-file.ts';

const statement = sqlFile(import.meta.filename);

/**
 * Every instance sends it to its readers after the commit.
 */
export const insertEvent = statement<never, [
  announcement: string,
]>('insert-event');

export type SelectNewestEventRow = {
  position: number;
  announcement: unknown;
};
/**
 * The newest event; position 0 before the first one.
 */
export const selectNewestEvent = statement<SelectNewestEventRow, []>('select-newest-event');

export type SelectEventsRow = {
  database: string | null;
  position: number | null;
  announcement: unknown;
};
/**
 * The event at a position, those after it, and those at earlier positions that were empty; with the
 * database's identity.
 */
export const selectEvents = statement<SelectEventsRow, [
  from: number,
  gaps: readonly number[],
  atMost: number,
]>('select-events');

/**
 * Every instance has read these long ago.
 */
export const deleteOldEvents = statement<never, [
  hours: number,
]>('delete-old-events');

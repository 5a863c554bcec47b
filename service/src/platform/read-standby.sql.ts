// Written by npm run sql-types from read-standby.sql; do not edit.
import { sqlFile } from './database/sql-file.ts';

const statement = sqlFile(import.meta.filename);

export const saveBeat = statement<never, [
  id: string,
  beat: number,
]>('save-beat');

export type SelectBeatRow = {
  beat: number;
};
/**
 * What a standby has replayed.
 */
export const selectBeat = statement<SelectBeatRow, [
  id: string,
]>('select-beat');

export const saveRecentWriter = statement<never, [
  callerId: string,
]>('save-recent-writer');

export type SelectIsRecentWriterRow = {
  is_recent: boolean;
};
export const selectIsRecentWriter = statement<SelectIsRecentWriterRow, [
  callerId: string,
  withinS: number,
]>('select-is-recent-writer');

export const deleteOldWriters = statement<never, [
  withinS: number,
]>('delete-old-writers');

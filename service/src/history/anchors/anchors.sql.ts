// Written by npm run sql-types from anchors.sql; do not edit.
import type { AnchorKind } from '@cpe-desk/contract';
import { type Narrow, sqlFile } from '../../platform/database/sql-file.ts';

const statement = sqlFile(import.meta.filename);

export type SelectDatabaseTimeRow = {
  now: Date;
};
export const selectDatabaseTime = statement<SelectDatabaseTimeRow, []>('select-database-time');

export type SelectLastHistoryRecordRow = {
  number: number;
  digest: string;
  at: Date;
};
/**
 * The last record of the chain.
 */
export const selectLastHistoryRecord = statement<SelectLastHistoryRecordRow, []>('select-last-history-record');

export type SelectAnchorBeforeRow = {
  at: Date;
  day_begun: Date;
};
/**
 * The newest anchor that is not later than a time, and the time of the first anchor of its day
 * (UTC). Later anchors were made before the database's clock was set back.
 */
export const selectAnchorBefore = statement<SelectAnchorBeforeRow, [
  now: Date | string,
]>('select-anchor-before');

export const insertHistoryRecord = statement<never, [
  number: number,
  kind: Narrow<string, AnchorKind>,
  at: Date | string,
  digest: string,
  body: string,
]>('insert-history-record');

export type SelectHistoryRecordsRow = {
  number: number;
  kind: Narrow<string, AnchorKind>;
  at: Date;
  digest: string;
  body: string;
};
/**
 * Records after a number, in order.
 */
export const selectHistoryRecords = statement<SelectHistoryRecordsRow, [
  after: number,
  limit: number,
]>('select-history-records');

export type SelectHistoryDigestsRow = {
  number: number;
  digest: string;
};
/**
 * The digests of the records with these numbers.
 */
export const selectHistoryDigests = statement<SelectHistoryDigestsRow, [
  numbers: readonly number[],
]>('select-history-digests');

export type SelectHistoryRestoresRow = {
  body: string;
};
export const selectHistoryRestores = statement<SelectHistoryRestoresRow, []>('select-history-restores');

export type TakeHistoryLeaseRow = {
  is_new: boolean;
};
/**
 * Takes or renews the lease; returns a row where this holder has it now. A lease that ends later
 * than any lease can was written before the database's clock was set back, so it has ended.
 */
export const takeHistoryLease = statement<TakeHistoryLeaseRow, [
  holder: string,
  leaseMs: number,
]>('take-history-lease');

export const releaseHistoryLease = statement<never, [
  holder: string,
]>('release-history-lease');

export type SelectPostedHistoryRecordsRow = {
  posted: number;
};
export const selectPostedHistoryRecords = statement<SelectPostedHistoryRecordsRow, []>('select-posted-history-records');

export const recordPostedHistoryRecords = statement<never, [
  number: number,
]>('record-posted-history-records');

export type SelectAnchorAgeRow = {
  seconds: number;
};
export const selectAnchorAge = statement<SelectAnchorAgeRow, []>('select-anchor-age');

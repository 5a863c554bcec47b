// Written by npm run sql-types from read.sql; do not edit.
import type { BulkState, SegmentGroup } from '@cpe-desk/contract';
import { type Narrow, sqlFile } from '../../platform/database/sql-file.ts';

const statement = sqlFile(import.meta.filename);

export const deleteParts = statement<never, [
  bulkId: string,
]>('delete-parts');

/**
 * Parts of uploads that did not end.
 */
export const deleteLostParts = statement<never, []>('delete-lost-parts');

export type SelectUploadRow = {
  id: string;
  file_sha256: string | null;
};
/**
 * The upload with this key.
 */
export const selectUpload = statement<SelectUploadRow, [
  creatorId: string,
  key: string,
]>('select-upload');

export type CountOpenUploadsRow = {
  count: number;
};
export const countOpenUploads = statement<CountOpenUploadsRow, [
  creatorId: string,
]>('count-open-uploads');

export type SelectSameFileRow = {
  id: string;
  name: string;
};
/**
 * The newest bulk of the same bytes.
 */
export const selectSameFile = statement<SelectSameFileRow, [
  fileSha256: string,
  segmentGroups: Narrow<readonly string[], readonly SegmentGroup[]>,
]>('select-same-file');

export type InsertBulkRow = {
  id: string;
};
/**
 * No row where the key was used.
 */
export const insertBulk = statement<InsertBulkRow, [
  id: string,
  name: string,
  format: string,
  encoding: string | null,
  separator: string | null,
  bytes: number,
  fileSha256: string,
  notes: string,
  segmentGroups: Narrow<readonly string[], readonly SegmentGroup[]>,
  createdById: string,
  createdByName: string,
  uploadKey: string | null,
  counts: string,
]>('insert-bulk');

/**
 * `cells` are arrays in PostgreSQL's text form.
 */
export const insertRows = statement<never, [
  bulkId: string,
  rows: Narrow<readonly number[], readonly number[]>,
  lines: Narrow<readonly number[], readonly number[]>,
  cells: readonly string[],
  faults: Narrow<readonly (string | null)[], readonly (string | null)[]>,
]>('insert-rows');

export type SelectLastMappingRow = {
  mapping: unknown;
};
/**
 * The mapping of the newest bulk with the same headings that was checked.
 */
export const selectLastMapping = statement<SelectLastMappingRow, [
  headingsKey: string,
]>('select-last-mapping');

export type FinishReadingRow = {
  id: string;
};
/**
 * Ends the reading, unless another instance has the lease or the bulk was cancelled.
 */
export const finishReading = statement<FinishReadingRow, [
  id: string,
  lease: string,
  state: Narrow<string, BulkState>,
  encoding: string | null,
  separator: string | null,
  headings: readonly string[],
  headingsKey: string,
  mapping: string,
  questions: string,
  counts: string,
]>('finish-reading');

export type FailReadingRow = {
  id: string;
};
export const failReading = statement<FailReadingRow, [
  id: string,
  lease: string,
  fault: string,
]>('fail-reading');

export const setMapping = statement<never, [
  id: string,
  mapping: string,
]>('set-mapping');

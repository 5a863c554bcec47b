// Written by npm run sql-types from apply.sql; do not edit.
import { sqlFile } from '../platform/database/sql-file.ts';

const statement = sqlFile(import.meta.filename);

export type ImportForceIndexScansRow = {
  seqscan: string | null;
  hashjoin: string | null;
  mergejoin: string | null;
};
/**
 * For the rest of a transaction PostgreSQL finds rows by their keys. A connection keeps its plans.
 * Those from the beginning of an import were made for empty tables and would scan the grown tables
 * once per batch.
 */
export const importForceIndexScans = statement<ImportForceIndexScansRow, []>('import-force-index-scans');

export const importClear = statement<never, []>('import-clear');

export const importStage = statement<never, [
  rows: string,
]>('import-stage');

export type ImportSelectOltsRow = {
  id: string;
  manufacturer: string | null;
  olt_ports: unknown;
};
export const importSelectOlts = statement<ImportSelectOltsRow, []>('import-select-olts');

export type ImportSelectRoundsRow = {
  round: number;
};
export const importSelectRounds = statement<ImportSelectRoundsRow, [
  type: string,
]>('import-select-rounds');

export type ImportSelectBatchRow = {
  seq: number;
  id: string;
};
/**
 * The next rows to write.
 */
export const importSelectBatch = statement<ImportSelectBatchRow, [
  type: string,
  round: number,
  after: number,
  most: number,
]>('import-select-batch');

export const importWriteElements = statement<never, [
  seqs: readonly number[],
]>('import-write-elements');

/**
 * Locks CPEs before their lines, in the order of a new `cpe_update`, so that the two cannot
 * deadlock.
 */
export const importLockCpes = statement<never, [
  ids: readonly string[],
]>('import-lock-cpes');

/**
 * Stronger than the lock that a new `cpe_update` takes on its line: no update is recorded during
 * the line's import.
 */
export const importLockLines = statement<never, [
  ids: readonly string[],
]>('import-lock-lines');

/**
 * Lines that people changed after they were judged.
 */
export const importKeepChanged = statement<never, [
  seqs: readonly number[],
]>('import-keep-changed');

export const importWriteLines = statement<never, [
  seqs: readonly number[],
]>('import-write-lines');

export const importWritePath = statement<never, [
  seqs: readonly number[],
]>('import-write-path');

/**
 * Removes the recorded path elements beyond the end of the new path.
 */
export const importCutPath = statement<never, [
  seqs: readonly number[],
]>('import-cut-path');

export const importWriteCpes = statement<never, [
  seqs: readonly number[],
  at: Date | string,
]>('import-write-cpes');

/**
 * By the ids of the lines: a plan from the beginning of an import would read all claims.
 */
export const importReleaseClaims = statement<never, [
  seqs: readonly number[],
  ids: readonly string[],
]>('import-release-claims');

export const importWriteClaims = statement<never, [
  seqs: readonly number[],
]>('import-write-claims');

export type ImportSelectTakenRow = {
  key: string | null;
  holder: string;
};
/**
 * A claim that another line took after the rows were judged.
 */
export const importSelectTaken = statement<ImportSelectTakenRow, [
  seqs: readonly number[],
]>('import-select-taken');

export const importWriteTickets = statement<never, [
  seqs: readonly number[],
]>('import-write-tickets');

export const importRefuseRow = statement<never, [
  seq: number,
  reason: string,
]>('import-refuse-row');

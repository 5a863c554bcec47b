// Written by npm run sql-types from import.sql; do not edit.
import type { ClaimKind, NetworkElementKind } from '@cpe-desk/contract';
import { type Narrow, sqlFile } from '../platform/database/sql-file.ts';

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

export type ImportUpsertNetworkElementsRow = {
  id: string;
};
export const importUpsertNetworkElements = statement<ImportUpsertNetworkElementsRow, [
  elements: string,
]>('import-upsert-network-elements');

export type ImportSelectOtherKindsRow = {
  id: string;
  kind: Narrow<string, NetworkElementKind>;
};
export const importSelectOtherKinds = statement<ImportSelectOtherKindsRow, [
  elements: string,
]>('import-select-other-kinds');

/**
 * Locks CPEs before their lines, in the order of a new `cpe_update`, so that the two cannot
 * deadlock.
 */
export const importLockCpes = statement<never, [
  lineIds: readonly string[],
]>('import-lock-cpes');

/**
 * Stronger than the lock that a new `cpe_update` takes on its line: no update is recorded during
 * the line's import.
 */
export const importLockLines = statement<never, [
  lineIds: readonly string[],
]>('import-lock-lines');

export type ImportSelectUnsettledLinesRow = {
  id: string;
};
export const importSelectUnsettledLines = statement<ImportSelectUnsettledLinesRow, [
  lineIds: readonly string[],
]>('import-select-unsettled-lines');

export type ImportUpsertLinesRow = {
  id: string;
};
export const importUpsertLines = statement<ImportUpsertLinesRow, [
  lines: string,
]>('import-upsert-lines');

export type ImportUpsertPathRow = {
  id: string;
};
export const importUpsertPath = statement<ImportUpsertPathRow, [
  path: string,
]>('import-upsert-path');

export type ImportCutPathRow = {
  id: string;
};
/**
 * Removes the recorded path elements beyond the end of the new path.
 */
export const importCutPath = statement<ImportCutPathRow, [
  path: string,
  lineIds: readonly string[],
]>('import-cut-path');

export type ImportUpsertCpesRow = {
  id: string;
};
/**
 * A CPE that was corrected in the desk has a later version, and stays. So does a dual-stack value
 * of which the row lacks the key.
 */
export const importUpsertCpes = statement<ImportUpsertCpesRow, [
  cpes: string,
  at: Date | string,
]>('import-upsert-cpes');

export type ImportSelectRecordedCpesRow = {
  service_line_id: string;
  version: number;
  manufacturer: string;
  model: string;
  ip_address: string;
  down_kbps: number;
  up_kbps: number;
  port: string;
  serial_number: string | null;
  mac_address: string | null;
  ipv6_address: string | null;
  ipv6_prefix: string | null;
  olt_id: string | null;
};
/**
 * The recorded CPEs of these lines, each with the OLT on its line's path.
 */
export const importSelectRecordedCpes = statement<ImportSelectRecordedCpesRow, [
  lineIds: readonly string[],
]>('import-select-recorded-cpes');

export type ImportReleaseClaimsRow = {
  id: string;
};
export const importReleaseClaims = statement<ImportReleaseClaimsRow, [
  claims: string,
  lineIds: readonly string[],
]>('import-release-claims');

export type ImportUpsertClaimsRow = {
  id: string;
};
export const importUpsertClaims = statement<ImportUpsertClaimsRow, [
  claims: string,
]>('import-upsert-claims');

export type ImportSelectClaimsOfOthersRow = {
  kind: Narrow<string, ClaimKind>;
  value: string;
  holder: string;
};
export const importSelectClaimsOfOthers = statement<ImportSelectClaimsOfOthersRow, [
  claims: string,
]>('import-select-claims-of-others');

export type ImportUpsertTicketsRow = {
  id: string;
};
export const importUpsertTickets = statement<ImportUpsertTicketsRow, [
  tickets: string,
]>('import-upsert-tickets');

/**
 * Around a group of records, so that a bad record does not undo the others.
 */
export const importSavepoint = statement<never, []>('import-savepoint');

export const importReleaseSavepoint = statement<never, []>('import-release-savepoint');

export const importRollbackToSavepoint = statement<never, []>('import-rollback-to-savepoint');

// Written by npm run sql-types from import.sql; do not edit.
import type { ClaimKind, NetworkElementKind } from '@cpe-desk/contract';
import { type Narrow, sqlFile } from '../platform/database/sql-file.ts';

const statement = sqlFile(import.meta.filename);

export type ImportLookUpByKeyRow = {
  seqscan: string | null;
  hashjoin: string | null;
  mergejoin: string | null;
};
/**
 * For the rest of a transaction PostgreSQL finds rows by their keys. A connection keeps its plans.
 * Those from the beginning of an import were made for empty tables and would scan the grown tables
 * once per batch.
 */
export const importLookUpByKey = statement<ImportLookUpByKeyRow, []>('import-look-up-by-key');

export type ImportNetworkElementsRow = {
  id: string;
};
export const importNetworkElements = statement<ImportNetworkElementsRow, [
  elements: string,
]>('import-network-elements');

export type ImportOtherKindsRow = {
  id: string;
  kind: Narrow<string, NetworkElementKind>;
};
export const importOtherKinds = statement<ImportOtherKindsRow, [
  elements: string,
]>('import-other-kinds');

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

export type ImportUnsettledLinesRow = {
  id: string;
};
export const importUnsettledLines = statement<ImportUnsettledLinesRow, [
  lineIds: readonly string[],
]>('import-unsettled-lines');

export type ImportLinesRow = {
  id: string;
};
export const importLines = statement<ImportLinesRow, [
  lines: string,
]>('import-lines');

export type ImportPathRow = {
  id: string;
};
export const importPath = statement<ImportPathRow, [
  path: string,
]>('import-path');

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

export type ImportCpesRow = {
  id: string;
};
/**
 * A CPE that was corrected in the desk has a later version, and stays.
 */
export const importCpes = statement<ImportCpesRow, [
  cpes: string,
  at: Date | string,
]>('import-cpes');

export type ImportRecordedCpesRow = {
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
  olt_id: string | null;
};
/**
 * The recorded CPEs of these lines, each with the OLT on its line's path.
 */
export const importRecordedCpes = statement<ImportRecordedCpesRow, [
  lineIds: readonly string[],
]>('import-recorded-cpes');

export type ImportReleaseClaimsRow = {
  id: string;
};
export const importReleaseClaims = statement<ImportReleaseClaimsRow, [
  claims: string,
  lineIds: readonly string[],
]>('import-release-claims');

export type ImportClaimsRow = {
  id: string;
};
export const importClaims = statement<ImportClaimsRow, [
  claims: string,
]>('import-claims');

export type ImportClaimsOfOthersRow = {
  kind: Narrow<string, ClaimKind>;
  value: string;
  holder: string;
};
export const importClaimsOfOthers = statement<ImportClaimsOfOthersRow, [
  claims: string,
]>('import-claims-of-others');

export type ImportTicketsRow = {
  id: string;
};
export const importTickets = statement<ImportTicketsRow, [
  tickets: string,
]>('import-tickets');

/**
 * Around a group of records, so that a bad record does not undo the others.
 */
export const importSavepoint = statement<never, []>('import-savepoint');

export const importReleaseSavepoint = statement<never, []>('import-release-savepoint');

export const importBackToSavepoint = statement<never, []>('import-back-to-savepoint');

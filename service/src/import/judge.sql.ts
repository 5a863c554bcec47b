// Written by npm run sql-types from judge.sql; do not edit.
import type { ClaimKind, NetworkElementKind } from '@cpe-desk/contract';
import { type Narrow, sqlFile } from '../platform/database/sql-file.ts';

const statement = sqlFile(import.meta.filename);

export type ImportKnownLinesRow = {
  id: string;
};
export const importKnownLines = statement<ImportKnownLinesRow, [
  ids: readonly string[],
]>('import-known-lines');

export type ImportKnownTicketsRow = {
  id: string;
};
export const importKnownTickets = statement<ImportKnownTicketsRow, [
  ids: readonly string[],
]>('import-known-tickets');

export type ImportElementKindsRow = {
  id: string;
  kind: Narrow<string, NetworkElementKind>;
};
export const importElementKinds = statement<ImportElementKindsRow, [
  ids: readonly string[],
]>('import-element-kinds');

export type ImportCpesOfOthersRow = {
  id: string;
};
/**
 * Ids of CPEs that other lines have.
 */
export const importCpesOfOthers = statement<ImportCpesOfOthersRow, [
  lineIds: readonly string[],
  cpeIds: readonly string[],
]>('import-cpes-of-others');

export type ImportTicketNumbersOfOthersRow = {
  id: string;
};
/**
 * Ticket numbers that other tickets have.
 */
export const importTicketNumbersOfOthers = statement<ImportTicketNumbersOfOthersRow, [
  ids: readonly string[],
  ticketNos: readonly string[],
]>('import-ticket-numbers-of-others');

export type ImportTakenClaimsRow = {
  kind: Narrow<string, ClaimKind>;
  value: string;
};
/**
 * Claims that other lines hold.
 */
export const importTakenClaims = statement<ImportTakenClaimsRow, [
  kinds: readonly string[],
  values: readonly string[],
  lineIds: readonly string[],
]>('import-taken-claims');

// Written by npm run sql-types from judge.sql; do not edit.
import type { ClaimKind, NetworkElementKind } from '@cpe-desk/contract';
import { type Narrow, sqlFile } from '../platform/database/sql-file.ts';

const statement = sqlFile(import.meta.filename);

export type ImportSelectKnownLinesRow = {
  id: string;
};
export const importSelectKnownLines = statement<ImportSelectKnownLinesRow, [
  ids: readonly string[],
]>('import-select-known-lines');

export type ImportSelectKnownTicketsRow = {
  id: string;
};
export const importSelectKnownTickets = statement<ImportSelectKnownTicketsRow, [
  ids: readonly string[],
]>('import-select-known-tickets');

export type ImportSelectElementKindsRow = {
  id: string;
  kind: Narrow<string, NetworkElementKind>;
};
export const importSelectElementKinds = statement<ImportSelectElementKindsRow, [
  ids: readonly string[],
]>('import-select-element-kinds');

export type ImportSelectCpesOfOthersRow = {
  id: string;
};
/**
 * Ids of CPEs that other lines have.
 */
export const importSelectCpesOfOthers = statement<ImportSelectCpesOfOthersRow, [
  lineIds: readonly string[],
  cpeIds: readonly string[],
]>('import-select-cpes-of-others');

export type ImportSelectTicketNumbersOfOthersRow = {
  id: string;
};
/**
 * Ticket numbers that other tickets have.
 */
export const importSelectTicketNumbersOfOthers = statement<ImportSelectTicketNumbersOfOthersRow, [
  ids: readonly string[],
  ticketNos: readonly string[],
]>('import-select-ticket-numbers-of-others');

export type ImportSelectTakenClaimsRow = {
  kind: Narrow<string, ClaimKind>;
  value: string;
};
/**
 * Claims that other lines hold.
 */
export const importSelectTakenClaims = statement<ImportSelectTakenClaimsRow, [
  kinds: readonly string[],
  values: readonly string[],
  lineIds: readonly string[],
]>('import-select-taken-claims');

// Written by npm run sql-types from history.sql; do not edit.
import type { CpeField, CpeUpdateKind } from '@cpe-desk/contract';
import { type Narrow, sqlFile } from '../platform/database/sql-file.ts';

const statement = sqlFile(import.meta.filename);

export type SelectHistoryEntriesRow = {
  id: string;
  service_line_id: string;
  sequence: number;
  at: Date;
  update_id: string;
  ctt_id: string;
  ticket_no: string;
  kind: Narrow<string, CpeUpdateKind>;
  actor_id: string;
  actor_name: string;
  changed: Narrow<string[], CpeField[]>;
  before: unknown;
  after: unknown;
  reason: string | null;
  nig_reference: string;
  settlement: unknown;
  repair: unknown;
  bulk: unknown;
  rules: string;
  previous_hash: string | null;
  hash: string;
  request_id: string | null;
};
/**
 * A page of a line's entries, newest first: before a sequence, and of a field, a person and a time
 * where these are given.
 */
export const selectHistoryEntries = statement<SelectHistoryEntriesRow, [
  serviceLineId: string,
  before: number | null,
  limit: number,
  field: Narrow<string, CpeField> | null,
  nameLike: string | null,
  from: Date | string | null,
  to: Date | string | null,
]>('select-history-entries');

export type SelectSwapsRow = {
  sequence: number;
  at: Date;
  before: unknown;
  after: unknown;
};
/**
 * The swaps of a line, oldest first.
 */
export const selectSwaps = statement<SelectSwapsRow, [
  serviceLineId: string,
]>('select-swaps');

export type SelectCpeAtRow = {
  sequence: number | null;
  cpe: unknown;
};
/**
 * The CPE in a line's history at a moment: after the last entry until then, else before the first
 * entry.
 */
export const selectCpeAt = statement<SelectCpeAtRow, [
  serviceLineId: string,
  at: Date | string,
]>('select-cpe-at');

export type SelectChainRow = {
  id: string;
  service_line_id: string;
  sequence: number;
  at: Date;
  update_id: string;
  ctt_id: string;
  ticket_no: string;
  kind: Narrow<string, CpeUpdateKind>;
  actor_id: string;
  actor_name: string;
  changed: Narrow<string[], CpeField[]>;
  before: unknown;
  after: unknown;
  reason: string | null;
  nig_reference: string;
  settlement: unknown;
  repair: unknown;
  bulk: unknown;
  rules: string;
  previous_hash: string | null;
  hash: string;
};
/**
 * Entries of all lines in the order of their chains, after a position. Of one line where that is
 * given.
 */
export const selectChain = statement<SelectChainRow, [
  lineId: string | null,
  afterLine: string,
  afterSequence: number,
  limit: number,
]>('select-chain');

export type CountAppliedRow = {
  line: string;
  applied: number;
};
/**
 * The number of applied updates of these lines; of all lines with updates where none are given.
 */
export const countApplied = statement<CountAppliedRow, [
  lineIds: readonly string[] | null,
]>('count-applied');

/**
 * Cursors over the ends of chains, in the order of their lines. A transaction has one at a time.
 */
export const declareAllHeads = statement<never, []>('declare-all-heads');

export const declareHeadsSince = statement<never, [
  since: Date | string,
]>('declare-heads-since');

export type SelectLostHeadsRow = {
  line: string;
  sequence: number;
};
/**
 * Anchored heads that the history lacks or has with another hash.
 */
export const selectLostHeads = statement<SelectLostHeadsRow, [
  lines: readonly string[],
  sequences: readonly number[],
  hashes: readonly string[],
]>('select-lost-heads');

export type SelectHistoryOrderedSinceRow = {
  since: Date;
};
/**
 * The time of migration 0019. Since then times along a chain never go back.
 */
export const selectHistoryOrderedSince = statement<SelectHistoryOrderedSinceRow, []>('select-history-ordered-since');

export type SelectHistoryEntryOfUpdateRow = {
  id: string;
  service_line_id: string;
  sequence: number;
  at: Date;
  update_id: string;
  ctt_id: string;
  ticket_no: string;
  kind: Narrow<string, CpeUpdateKind>;
  actor_id: string;
  actor_name: string;
  changed: Narrow<string[], CpeField[]>;
  before: unknown;
  after: unknown;
  reason: string | null;
  nig_reference: string;
  settlement: unknown;
  repair: unknown;
  bulk: unknown;
  rules: string;
  previous_hash: string | null;
  hash: string;
};
export const selectHistoryEntryOfUpdate = statement<SelectHistoryEntryOfUpdateRow, [
  updateId: string,
]>('select-history-entry-of-update');

export const makeNextHistoryMonths = statement<never, []>('make-next-history-months');

export type SelectHasOldHistoryRow = {
  found: boolean;
};
/**
 * Whether the history has an entry that an anchor should cover.
 */
export const selectHasOldHistory = statement<SelectHasOldHistoryRow, []>('select-has-old-history');

export type SelectHeadsRow = {
  line: string;
  sequence: number;
  hash: string;
};
/**
 * The ends of these lines' chains; 0 and "" for a line without entries.
 */
export const selectHeads = statement<SelectHeadsRow, [
  lines: readonly string[],
]>('select-heads');

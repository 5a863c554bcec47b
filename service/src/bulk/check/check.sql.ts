// Written by npm run sql-types from check.sql; do not edit.
import type { BulkFormat, BulkKind, BulkRowState, BulkState, BulkWait, CpeUpdateKind, SegmentGroup } from '@cpe-desk/contract';
import { type Narrow, sqlFile } from '../../platform/database/sql-file.ts';

const statement = sqlFile(import.meta.filename);

export type LeaseBulkRow = {
  id: string;
  kind: Narrow<string, BulkKind>;
  revert_of: string | null;
  name: string;
  state: Narrow<string, BulkState>;
  waits_for: Narrow<string, BulkWait> | null;
  pause: unknown;
  fault: unknown;
  questions: unknown;
  notes: unknown;
  format: Narrow<string, BulkFormat> | null;
  encoding: string | null;
  separator: string | null;
  bytes: number | null;
  file_sha256: string | null;
  headings: string[];
  headings_key: string | null;
  mapping: unknown;
  check_no: number;
  check_hash: string | null;
  checked_at: Date | null;
  checked: unknown;
  rules: string | null;
  policy_version: string | null;
  settings: unknown;
  reason: string | null;
  counts: unknown;
  next_send_at: Date | null;
  segment_groups: string[];
  created_by_id: string;
  created_by_name: string;
  creator_groups: string[];
  created_at: Date;
  started_by_id: string | null;
  started_by_name: string | null;
  started_at: Date | null;
  finished_at: Date | null;
  rows_deleted_at: Date | null;
  lease: string | null;
  leased_until: Date | null;
  upload_key: string | null;
  nig_down_since: Date | null;
};
/**
 * Takes the oldest bulk that is to be read or checked and that no instance works on.
 */
export const leaseBulk = statement<LeaseBulkRow, [
  lease: string,
  leaseMs: number,
]>('lease-bulk');

export type RenewLeaseRow = {
  id: string;
};
export const renewLease = statement<RenewLeaseRow, [
  id: string,
  lease: string,
  leaseMs: number,
]>('renew-lease');

/**
 * The rows of this check as if none of it had happened.
 */
export const resetRows = statement<never, [
  bulkId: string,
  lease: string,
  checkNo: number,
]>('reset-rows');

export type SelectSettledLinesRow = {
  row: number;
  service_line_id: string;
};
/**
 * The lines of rows that this check leaves as they are.
 */
export const selectSettledLines = statement<SelectSettledLinesRow, [
  bulkId: string,
  checkNo: number,
]>('select-settled-lines');

export type SelectRowsToCheckRow = {
  row: number;
  line: number;
  cells: string[];
  fault: unknown;
  given: unknown;
  check_no: number;
  ctt_id: string | null;
  ticket_no: string | null;
  service_line_id: string | null;
  reason: string | null;
  kind: Narrow<string, CpeUpdateKind> | null;
  before: unknown;
  wanted: unknown;
  verdict: unknown;
  code: string | null;
  state: Narrow<string, BulkRowState>;
};
export const selectRowsToCheck = statement<SelectRowsToCheckRow, [
  bulkId: string,
  after: number,
  limit: number,
]>('select-rows-to-check');

export type SelectTicketsNamedRow = {
  number: number;
  id: string;
  ticket_no: string;
  service_line_id: string;
};
/**
 * The ticket that each name is the id or the number of, by the name's place from 1.
 */
export const selectTicketsNamed = statement<SelectTicketsNamedRow, [
  names: readonly string[],
  segmentGroups: Narrow<readonly string[], readonly SegmentGroup[]>,
]>('select-tickets-named');

export type WriteVerdictsRow = {
  row: number;
};
/**
 * Writes what rows were judged, unless another instance has the lease or the bulk was cancelled.
 */
export const writeVerdicts = statement<WriteVerdictsRow, [
  bulkId: string,
  lease: string,
  rows: Narrow<readonly number[], readonly number[]>,
  cttIds: Narrow<readonly (string | null)[], readonly (string | null)[]>,
  ticketNos: Narrow<readonly (string | null)[], readonly (string | null)[]>,
  serviceLineIds: Narrow<readonly (string | null)[], readonly (string | null)[]>,
  reasons: Narrow<readonly (string | null)[], readonly (string | null)[]>,
  kinds: Narrow<readonly (string | null)[], readonly (string | null)[]>,
  changed: Narrow<readonly (string | null)[], readonly (string | null)[]>,
  befores: Narrow<readonly (string | null)[], readonly (string | null)[]>,
  wanteds: Narrow<readonly (string | null)[], readonly (string | null)[]>,
  verdicts: Narrow<readonly string[], readonly string[]>,
  codes: Narrow<readonly (string | null)[], readonly (string | null)[]>,
]>('write-verdicts');

export type CountRowsByStateRow = {
  state: Narrow<string, BulkRowState>;
  count: number;
};
export const countRowsByState = statement<CountRowsByStateRow, [
  bulkId: string,
]>('count-rows-by-state');

export type SelectGroupsOfRowsRow = {
  segment_group: Narrow<string, SegmentGroup>;
};
export const selectGroupsOfRows = statement<SelectGroupsOfRowsRow, [
  bulkId: string,
]>('select-groups-of-rows');

export type FinishCheckRow = {
  id: string;
};
export const finishCheck = statement<FinishCheckRow, [
  id: string,
  lease: string,
  checkHash: string,
  checked: string,
  rules: string,
  policyVersion: string,
  counts: string,
  segmentGroups: Narrow<readonly string[], readonly SegmentGroup[]>,
]>('finish-check');

export type AskAgainRow = {
  id: string;
};
/**
 * A number turned out to have two readings.
 */
export const askAgain = statement<AskAgainRow, [
  id: string,
  lease: string,
  questions: string,
]>('ask-again');

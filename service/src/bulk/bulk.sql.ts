// Written by npm run sql-types from bulk.sql; do not edit.
import type { BulkFormat, BulkKind, BulkState, BulkWait, SegmentGroup } from '@cpe-desk/contract';
import { type Narrow, sqlFile } from '../platform/database/sql-file.ts';

const statement = sqlFile(import.meta.filename);

export type SelectBulkRow = {
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
  counts_now: unknown;
  seconds_a_row: number | null;
};
/**
 * Null groups: any, for the desk itself. `counts_now`: a running bulk's change with each row.
 */
export const selectBulk = statement<SelectBulkRow, [
  id: string,
  segmentGroups: Narrow<readonly string[], readonly SegmentGroup[]> | null,
]>('select-bulk');

export type BeginNextCheckRow = {
  check_no: number;
};
/**
 * Begins the next check of a bulk, with a number that no row has. A positive one judges the rows
 * that get it. A negative one judges all rows that are waiting or left out.
 */
export const beginNextCheck = statement<BeginNextCheckRow, [
  id: string,
  sign: number,
]>('begin-next-check');

/**
 * What the creator may see now, which the next check goes by.
 */
export const updateCreatorGroups = statement<never, [
  id: string,
  creatorId: string,
  segmentGroups: Narrow<readonly string[], readonly SegmentGroup[]>,
]>('update-creator-groups');

export type SelectBulksRow = {
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
  counts_now: unknown;
  seconds_a_row: number | null;
};
/**
 * Newest first: ids of version 7 are in the order of their making.
 */
export const selectBulks = statement<SelectBulksRow, [
  segmentGroups: Narrow<readonly string[], readonly SegmentGroup[]>,
  state: Narrow<string, BulkState> | null,
  before: string | null,
  limit: number,
]>('select-bulks');

export type LockBulkRow = {
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
export const lockBulk = statement<LockBulkRow, [
  id: string,
  segmentGroups: Narrow<readonly string[], readonly SegmentGroup[]>,
]>('lock-bulk');

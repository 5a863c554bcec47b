// Written by npm run sql-types from settle-update.sql; do not edit.
import type { CpeField, CpeUpdateKind, CpeUpdateState, SegmentGroup } from '@cpe-desk/contract';
import { type Narrow, sqlFile } from '../platform/database/sql-file.ts';

const statement = sqlFile(import.meta.filename);

export type LockUpdateRow = {
  id: string;
  service_line_id: string;
  ctt_id: string;
  ticket_no: string;
  kind: Narrow<string, CpeUpdateKind>;
  state: Narrow<string, CpeUpdateState>;
  before: unknown;
  after: unknown;
  changed: Narrow<string[], CpeField[]>;
  warnings: unknown;
  reason: string | null;
  actor_id: string;
  actor_name: string;
  rules: string;
  requested_at: Date;
  settled_at: Date | null;
  nig_reference: string | null;
  nig_code: string | null;
  nig_message: string | null;
  settlement: unknown;
  attention: unknown;
  repair: unknown;
  asked: number;
  attempts: unknown;
  request_id: string | null;
  nig_handle: string | null;
  bulk_id: string | null;
  bulk_row: number | null;
  bulk_name: string | null;
  deadline_passed: boolean;
  age_ms: number;
  segment_group: Narrow<string, SegmentGroup>;
};
/**
 * Locks an update for settling.
 */
export const lockUpdate = statement<LockUpdateRow, [
  id: string,
]>('lock-update');

export type SelectUpdateRow = {
  id: string;
  service_line_id: string;
  ctt_id: string;
  ticket_no: string;
  kind: Narrow<string, CpeUpdateKind>;
  state: Narrow<string, CpeUpdateState>;
  before: unknown;
  after: unknown;
  changed: Narrow<string[], CpeField[]>;
  warnings: unknown;
  reason: string | null;
  actor_id: string;
  actor_name: string;
  rules: string;
  requested_at: Date;
  settled_at: Date | null;
  nig_reference: string | null;
  nig_code: string | null;
  nig_message: string | null;
  settlement: unknown;
  attention: unknown;
  repair: unknown;
  asked: number;
  attempts: unknown;
  request_id: string | null;
  nig_handle: string | null;
  bulk_id: string | null;
  bulk_row: number | null;
  bulk_name: string | null;
  deadline_passed: boolean;
  age_ms: number;
  segment_group: Narrow<string, SegmentGroup>;
};
export const selectUpdate = statement<SelectUpdateRow, [
  id: string,
  segmentGroups: Narrow<readonly string[], readonly SegmentGroup[]> | null,
]>('select-update');

export type SelectAttentionRow = {
  id: string;
  service_line_id: string;
  ctt_id: string;
  ticket_no: string;
  kind: Narrow<string, CpeUpdateKind>;
  state: Narrow<string, CpeUpdateState>;
  before: unknown;
  after: unknown;
  changed: Narrow<string[], CpeField[]>;
  warnings: unknown;
  reason: string | null;
  actor_id: string;
  actor_name: string;
  rules: string;
  requested_at: Date;
  settled_at: Date | null;
  nig_reference: string | null;
  nig_code: string | null;
  nig_message: string | null;
  settlement: unknown;
  attention: unknown;
  repair: unknown;
  asked: number;
  attempts: unknown;
  request_id: string | null;
  nig_handle: string | null;
  bulk_id: string | null;
  bulk_row: number | null;
  bulk_name: string | null;
  deadline_passed: boolean;
  age_ms: number;
  segment_group: Narrow<string, SegmentGroup>;
  customer: string;
};
/**
 * Updates that a person must settle, oldest first.
 */
export const selectAttention = statement<SelectAttentionRow, [
  segmentGroups: Narrow<readonly string[], readonly SegmentGroup[]>,
  atMost: number,
]>('select-attention');

export type LeaseDueUpdatesRow = {
  id: string;
  service_line_id: string;
  ctt_id: string;
  ticket_no: string;
  kind: Narrow<string, CpeUpdateKind>;
  state: Narrow<string, CpeUpdateState>;
  before: unknown;
  after: unknown;
  changed: Narrow<string[], CpeField[]>;
  warnings: unknown;
  reason: string | null;
  actor_id: string;
  actor_name: string;
  rules: string;
  requested_at: Date;
  settled_at: Date | null;
  nig_reference: string | null;
  nig_code: string | null;
  nig_message: string | null;
  settlement: unknown;
  attention: unknown;
  repair: unknown;
  asked: number;
  attempts: unknown;
  request_id: string | null;
  nig_handle: string | null;
  bulk_id: string | null;
  bulk_row: number | null;
  bulk_name: string | null;
  deadline_passed: boolean;
  age_ms: number;
  segment_group: Narrow<string, SegmentGroup>;
};
/**
 * Leases the updates that are due, so that no other instance asks NIG at the same time. An instance
 * that does not know the schema leases none. An update that is due later than possible is due now:
 * the database's clock was set back.
 */
export const leaseDueUpdates = statement<LeaseDueUpdatesRow, [
  leaseMs: number,
  atMost: number,
  newestSchema: number,
  oldestSchema: number,
  latestMs: number,
]>('lease-due-updates');

export const postponeUpdate = statement<never, [
  id: string,
  afterMs: number,
]>('postpone-update');

export const setState = statement<never, [
  id: string,
  state: Narrow<string, CpeUpdateState>,
  reference: string | null,
  code: string | null,
  message: string | null,
  isSettled: boolean,
  attempts: string,
]>('set-state');

/**
 * The handle that NIG gave once stays.
 */
export const setUnknown = statement<never, [
  id: string,
  why: string,
  handle: string | null,
  retryAfterMs: number,
  attempts: string,
]>('set-unknown');

/**
 * Hands an update to a person; `attention` comes without its time.
 */
export const setAttention = statement<never, [
  id: string,
  state: Narrow<string, CpeUpdateState>,
  attention: string,
  attempts: string,
]>('set-attention');

/**
 * Stores a person's decision; `settlement` comes without its time. The write that follows has a
 * deadline of its own.
 */
export const setSettlement = statement<never, [
  id: string,
  settlement: string,
  deadlineMs: number,
]>('set-settlement');

/**
 * By line, which has an index. A line has a few claims, all updates together millions.
 */
export const releaseClaims = statement<never, [
  serviceLineId: string,
  updateId: string,
]>('release-claims');

/**
 * The row of a bulk follows the state of its update: `waiting` where nothing reached NIG, unless
 * it was tried `most_tries` times (`failed`, with the outcome) or its bulk was cancelled. The lock
 * on the bulk keeps a cancellation from missing the row.
 */
export const settleBulkRow = statement<never, [
  updateId: string,
  bulkId: string,
  row: number,
  state: string,
  outcome: string | null,
  mostTries: number,
]>('settle-bulk-row');

export type SetLockTimeoutRow = {
  set_config: string | null;
};
/**
 * For this transaction only: behind a pooler a session's setting would affect other sessions.
 */
export const setLockTimeout = statement<SetLockTimeoutRow, [
  ms: string,
]>('set-lock-timeout');

// Written by npm run sql-types from reconciliation.sql; do not edit.
import type { DriftHolder, SegmentGroup } from '@cpe-desk/contract';
import { type Narrow, sqlFile } from '../platform/database/sql-file.ts';

const statement = sqlFile(import.meta.filename);

export type OpenReconciliationRow = {
  id: string;
};
/**
 * Starts a pass where none is open. No row where one is.
 */
export const openReconciliation = statement<OpenReconciliationRow, [
  id: string,
  leaseMs: number,
]>('open-reconciliation');

export type LeaseReconciliationRow = {
  id: string;
  after_line: string;
};
/**
 * Leases the open pass unless another instance has the lease. A lease that ends later than any
 * lease can is void: the database's clock was set back.
 */
export const leaseReconciliation = statement<LeaseReconciliationRow, [
  by: string,
  leaseMs: number,
]>('lease-reconciliation');

/**
 * Begins the open pass again if it began until this time, and takes it from the instance that works
 * on it: comparisons from before a restore do not count.
 */
export const restartReconciliation = statement<never, [
  since: Date | string,
]>('restart-reconciliation');

export type RecordReconciliationProgressRow = {
  id: string;
};
/**
 * Records the progress of the pass. No row where another instance has taken it over.
 */
export const recordReconciliationProgress = statement<RecordReconciliationProgressRow, [
  id: string,
  by: string,
  leaseMs: number,
  afterLine: string,
  compared: number,
  skipped: number,
  unanswered: number,
  repaired: number,
  drifted: number,
  isEnd: boolean,
]>('record-reconciliation-progress');

/**
 * Renews the lease during a long batch.
 */
export const renewReconciliation = statement<never, [
  id: string,
  by: string,
  leaseMs: number,
]>('renew-reconciliation');

/**
 * Ends the lease, so that another instance can continue the pass.
 */
export const releaseReconciliation = statement<never, [
  id: string,
  by: string,
]>('release-reconciliation');

export type SelectReconciliationDueRow = {
  due: boolean;
};
/**
 * Whether a pass is due: a pass or an incident is open, or the last pass (else the first migration)
 * is this long ago. Null: passes are due only for incidents.
 */
export const selectReconciliationDue = statement<SelectReconciliationDueRow, [
  everyMs: number | null,
]>('select-reconciliation-due');

export type SelectReconciliationRow = {
  started_at: Date;
  ended_at: Date | null;
  compared: number;
  skipped: number;
  unanswered: number;
  repaired: number;
  drifted: number;
};
export const selectReconciliation = statement<SelectReconciliationRow, [
  id: string,
]>('select-reconciliation');

export type SelectLinesToReconcileRow = {
  id: string;
  version: number;
  cpe: unknown;
  corp_data: unknown;
  is_line_same: boolean;
  is_unsettled: boolean;
  was_updated: boolean;
  incident_id: string | null;
  olt_id: string | null;
};
/**
 * The next lines with a CPE, by id. During an incident, those that were not compared since it
 * began.
 */
export const selectLinesToReconcile = statement<SelectLinesToReconcileRow, [
  afterLine: string,
  limit: number,
]>('select-lines-to-reconcile');

export type SelectLineToReconcileRow = {
  id: string;
  version: number;
  cpe: unknown;
  corp_data: unknown;
  is_line_same: boolean;
  is_unsettled: boolean;
  was_updated: boolean;
  incident_id: string | null;
  olt_id: string | null;
};
export const selectLineToReconcile = statement<SelectLineToReconcileRow, [
  lineId: string,
]>('select-line-to-reconcile');

export type LockCpeRow = {
  service_line_id: string;
};
/**
 * Locks a line's CPE until the transaction ends: an update is applied before or after it.
 */
export const lockCpe = statement<LockCpeRow, [
  lineId: string,
]>('lock-cpe');

export type SelectIsStillRow = {
  still: boolean;
};
/**
 * Whether a line's CPE still has this version, and no update of the line is unsettled.
 */
export const selectIsStill = statement<SelectIsStillRow, [
  lineId: string,
  version: number,
]>('select-is-still');

/**
 * A drift that is found again keeps the time when it was first found.
 */
export const writeDrift = statement<never, [
  lineId: string,
  holder: Narrow<string, DriftHolder>,
  fields: readonly string[],
  recorded: string,
  held: string | null,
  isRepaired: boolean,
  heldValues: readonly string[],
]>('write-drift');

/**
 * Deletes the drifts of lines on which NIG and the desk agree.
 */
export const deleteDrifts = statement<never, [
  lineIds: readonly string[],
]>('delete-drifts');

export const deleteOldRepairs = statement<never, [
  days: number,
]>('delete-old-repairs');

export type SelectDriftsRow = {
  service_line_id: string;
  customer: string;
  holder: Narrow<string, DriftHolder>;
  found_at: Date;
  seen_at: Date;
  repaired_at: Date | null;
  fields: string[];
  recorded: unknown;
  held: unknown;
  ticket_id: string | null;
  ticket_no: string | null;
};
/**
 * Open drifts first, oldest at the top, then repaired ones, newest at the top. With the line's
 * newest ticket.
 */
export const selectDrifts = statement<SelectDriftsRow, [
  segmentGroups: Narrow<readonly string[], readonly SegmentGroup[]>,
  limit: number,
]>('select-drifts');

export type SelectNigDriftsRow = {
  service_line_id: string;
  found_at: Date;
  fields: string[];
  recorded: unknown;
  held: unknown;
};
/**
 * The next lines on which NIG differs, by id.
 */
export const selectNigDrifts = statement<SelectNigDriftsRow, [
  afterLine: string,
  limit: number,
]>('select-nig-drifts');

export type SelectLastReconciliationRow = {
  started_at: Date;
  ended_at: Date | null;
  compared: number;
  skipped: number;
  unanswered: number;
  repaired: number;
  drifted: number;
};
export const selectLastReconciliation = statement<SelectLastReconciliationRow, []>('select-last-reconciliation');

export type CountDriftRow = {
  lines: number;
  seconds_since: number | null;
};
export const countDrift = statement<CountDriftRow, []>('count-drift');

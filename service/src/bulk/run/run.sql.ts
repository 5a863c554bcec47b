// Written by npm run sql-types from run.sql; do not edit.
import type { BulkRowState, BulkState, BulkWait, SegmentGroup } from '@cpe-desk/contract';
import { type Narrow, sqlFile } from '../../platform/database/sql-file.ts';

const statement = sqlFile(import.meta.filename);

export type SelectRunningBulksRow = {
  bulk_id: string;
  revert_of: string | null;
  name: string;
  settings: unknown;
  reason: string | null;
  started_by_id: string;
  started_by_name: string;
  started_at: Date | null;
  next_send_at: Date | null;
  waits_for: Narrow<string, BulkWait> | null;
  nig_down_since: Date | null;
  roles: string[];
  segment_groups: string[];
  in_a_row: number;
  settled_since: number;
  refused_since: number;
  unknown_since: number;
  read_at: Date;
  is_held: boolean;
  has_waiting: boolean;
  has_unsettled: boolean;
};
/**
 * Running bulks in the order of their start. The rights of the person who started one are those
 * last seen: of the newest session, else of the last act on the bulk.
 */
export const selectRunningBulks = statement<SelectRunningBulksRow, []>('select-running-bulks');

export type LockToRecordRow = {
  next_send_at: Date | null;
  in_a_row: number;
  settled_since: number;
  refused_since: number;
  unknown_since: number;
  read_at: Date;
};
/**
 * Keeps a bulk running until the end of the transaction: a pause or a cancellation waits for it.
 * No row where it does not run.
 */
export const lockToRecord = statement<LockToRecordRow, [
  id: string,
]>('lock-to-record');

export type LockToTakeTurnsRow = {
  next_send_at: Date | null;
  in_a_row: number;
  settled_since: number;
  refused_since: number;
  unknown_since: number;
  read_at: Date;
};
/**
 * The same for a bulk with a rate or without NIG: its turns are taken by one instance at a time.
 */
export const lockToTakeTurns = statement<LockToTakeTurnsRow, [
  id: string,
]>('lock-to-take-turns');

export const setNextSend = statement<never, [
  id: string,
  nextSendAt: Date | string,
]>('set-next-send');

export type TakeWaitingRowsRow = {
  row: number;
  ctt_id: string;
  before: unknown;
  wanted: unknown;
  reason: string | null;
  attempt: number;
  reverts: string | null;
};
/**
 * Rows that wait, in file order, without those that another instance has. `after` spares the
 * entries of rows that waited before. A row of a revert has the number of the row that it reverts.
 */
export const takeWaitingRows = statement<TakeWaitingRowsRow, [
  id: string,
  revertOf: string | null,
  after: number,
  atMost: number,
]>('take-waiting-rows');

/**
 * Rows that were recorded, and those that were refused before that.
 */
export const markRows = statement<never, [
  id: string,
  rows: readonly number[],
  states: Narrow<readonly string[], readonly BulkRowState[]>,
  updateIds: Narrow<readonly (string | null)[], readonly (string | null)[]>,
  outcomes: Narrow<readonly (string | null)[], readonly (string | null)[]>,
]>('mark-rows');

export const setWaitsFor = statement<never, [
  id: string,
  waitsFor: Narrow<string, BulkWait> | null,
]>('set-waits-for');

/**
 * NIG takes no rows; one of them probes it later.
 */
export const noteNigDown = statement<never, [
  id: string,
  probeAfterMs: number,
]>('note-nig-down');

export const noteNigUp = statement<never, [
  id: string,
]>('note-nig-up');

export type FinishBulkRow = {
  id: string;
};
export const finishBulk = statement<FinishBulkRow, [
  id: string,
]>('finish-bulk');

export type PauseRunningBulkRow = {
  id: string;
};
/**
 * Waits for the rows that are being recorded: afterwards none is.
 */
export const pauseRunningBulk = statement<PauseRunningBulkRow, [
  id: string,
  pause: string,
]>('pause-running-bulk');

export type LockBulkForPersonRow = {
  id: string;
  name: string;
  state: Narrow<string, BulkState>;
  check_hash: string | null;
  checked_at: Date | null;
  settings: unknown;
  created_by_id: string;
  started_at: Date | null;
  revert_of: string | null;
};
/**
 * Waits for the rows that are being recorded. Nobody records another one until the transaction
 * ends, and then only where the bulk runs.
 */
export const lockBulkForPerson = statement<LockBulkForPersonRow, [
  id: string,
  segmentGroups: Narrow<readonly string[], readonly SegmentGroup[]>,
]>('lock-bulk-for-person');

export type AdmitBulkUpdatesRow = {
  are_admitted: boolean;
};
export const admitBulkUpdates = statement<AdmitBulkUpdatesRow, []>('admit-bulk-updates');

/**
 * A revert keeps its own reason where the start gives none.
 */
export const beginRun = statement<never, [
  id: string,
  settings: string,
  reason: string | null,
  personId: string,
  personName: string,
  segmentGroups: Narrow<readonly string[], readonly SegmentGroup[]>,
]>('begin-run');

export const recount = statement<never, [
  id: string,
]>('recount');

export const pauseByPerson = statement<never, [
  id: string,
  pause: string,
]>('pause-by-person');

/**
 * The brakes' counts begin at zero.
 */
export const resumeRun = statement<never, [
  id: string,
]>('resume-run');

export const cancelRun = statement<never, [
  id: string,
]>('cancel-run');

export type CancelWaitingRowsRow = {
  row: number;
};
/**
 * A part of the rows, so that the statement is short.
 */
export const cancelWaitingRows = statement<CancelWaitingRowsRow, [
  id: string,
  atMost: number,
]>('cancel-waiting-rows');

export type SelectCancelledWithWaitingRow = {
  id: string;
};
/**
 * Cancelled bulks whose instance died before it cancelled their rows.
 */
export const selectCancelledWithWaiting = statement<SelectCancelledWithWaitingRow, []>('select-cancelled-with-waiting');

export type SelectLastRowRow = {
  row: number;
};
export const selectLastRow = statement<SelectLastRowRow, [
  id: string,
]>('select-last-row');

export type MarkForCheckRow = {
  row: number;
};
export const markForCheck = statement<MarkForCheckRow, [
  id: string,
  checkNo: number,
  states: Narrow<readonly string[], readonly BulkRowState[]>,
  codes: Narrow<readonly string[], readonly string[]> | null,
  after: number,
  until: number,
]>('mark-for-check');

export const insertRevert = statement<never, [
  id: string,
  revertOf: string,
  reason: string,
  personId: string,
  personName: string,
  segmentGroups: Narrow<readonly string[], readonly SegmentGroup[]>,
]>('insert-revert');

export type InsertRevertRowsRow = {
  row: number;
};
/**
 * The applied rows with what they changed; each keeps its number.
 */
export const insertRevertRows = statement<InsertRevertRowsRow, [
  id: string,
  revertOf: string,
  after: number,
  until: number,
]>('insert-revert-rows');

// Written by npm run sql-types from cpe-update.sql; do not edit.
import type { ClaimKind, CpeField, CpeUpdateKind, CpeUpdateState, SegmentGroup } from '@cpe-desk/contract';
import { type Narrow, sqlFile } from '../platform/database/sql-file.ts';

const statement = sqlFile(import.meta.filename);

export type SelectUpdateContextRow = {
  ticket: unknown;
  model: unknown;
  is_key_used: boolean;
  knows_dual_stack: boolean;
  database: string | null;
  incident_id: string | null;
  is_compared: boolean;
  hold: unknown;
};
/**
 * What an update is judged on: always one row. `ticket` is as in `select-ticket`.
 */
export const selectUpdateContext = statement<SelectUpdateContextRow, [
  cttId: string | null,
  segmentGroups: Narrow<readonly string[], readonly SegmentGroup[]>,
  manufacturer: string | null,
  model: string | null,
  callerId: string | null,
  key: string | null,
]>('select-update-context');

export type SelectUnsettledOfLineRow = {
  id: string;
  state: Narrow<string, CpeUpdateState>;
  actor_name: string;
};
export const selectUnsettledOfLine = statement<SelectUnsettledOfLineRow, [
  serviceLineId: string,
]>('select-unsettled-of-line');

export type SelectForeignClaimsRow = {
  kind: Narrow<string, ClaimKind>;
  value: string;
};
/**
 * The values among these that another line claims, and the networks that overlap one of its
 * networks.
 */
export const selectForeignClaims = statement<SelectForeignClaimsRow, [
  kinds: readonly string[],
  values: readonly string[],
  serviceLineId: string,
]>('select-foreign-claims');

export type SelectValuesHeldElsewhereRow = {
  kind: Narrow<string, ClaimKind>;
  value: string;
};
/**
 * The values among these that NIG held for another line at the last comparison. A difference found
 * before that line's last update no longer counts.
 */
export const selectValuesHeldElsewhere = statement<SelectValuesHeldElsewhereRow, [
  kinds: readonly string[],
  values: readonly string[],
  serviceLineId: string,
]>('select-values-held-elsewhere');

export type InsertIntentRow = {
  at: Date;
  history_sequence: number;
  history_hash: string | null;
  history_at: Date | null;
};
/**
 * Records an intent with its claims and its key, and announces it: all or nothing. `update` and
 * `snapshot` are JSON rows.
 * Returns no row, with nothing written, in these cases: the CPE differs from the snapshot, the line
 * has an unsettled update, this instance does not know the schema, or the database is a different
 * one. The lock on the CPE reads its present row, not that of the statement's start.
 * A claim that another line holds, or a key that was used meanwhile, breaks its primary key and so
 * the statement. Claims that the line holds are locked, because an update that settles now may
 * release them. Claims are locked in the order of their key, so that two updates cannot deadlock.
 */
export const insertIntent = statement<InsertIntentRow, [
  update: string,
  retryAfterMs: number,
  deadlineMs: number,
  snapshot: string,
  claimKinds: readonly string[],
  claimValues: readonly string[],
  callerId: string | null,
  key: string | null,
  bodyHash: string | null,
  announcement: string,
  newestSchema: number,
  oldestSchema: number,
  database: string,
]>('insert-intent');

export type SelectApplicableRow = {
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
  deadline_passed: boolean;
  age_ms: number;
  segment_group: Narrow<string, SegmentGroup>;
  version: number;
  history_sequence: number;
  history_hash: string | null;
  history_at: Date | null;
  read_at: Date;
  may_write: boolean;
};
export const selectApplicable = statement<SelectApplicableRow, [
  id: string,
  newestSchema: number,
  oldestSchema: number,
]>('select-applicable');

export type WriteAppliedRow = {
  id: string;
};
/**
 * Applies an update: CPE, corp-data record, claims, history entry, state, the answer for retries,
 * and its announcement: all or nothing. `entry` and `cpe` are JSON rows. Returns a row where it
 * applied the update. Returns none, with nothing written, in these cases: the update has left this
 * state; the CPE, the end of the line's chain or its network elements changed; this instance does
 * not know the schema.
 * The CPE is locked first, as by an intent. The intent has claimed every value except one: the port
 * on another OLT, where the line moved to that OLT before the intent. If another line holds that
 * port, the statement breaks the primary key of the claims.
 */
export const writeApplied = statement<WriteAppliedRow, [
  entry: string,
  state: Narrow<string, CpeUpdateState>,
  cpe: string,
  claimKinds: readonly string[],
  claimValues: readonly string[],
  attempts: string,
  answer: string,
  announcement: string,
  networkElements: string,
  newestSchema: number,
  oldestSchema: number,
]>('write-applied');

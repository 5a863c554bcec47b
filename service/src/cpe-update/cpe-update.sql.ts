// Written by npm run sql-types from cpe-update.sql; do not edit.
import type { ClaimKind, CpeField, CpeUpdateKind, CpeUpdateState, SegmentGroup } from '@cpe-desk/contract';
import { type Narrow, sqlFile } from '../platform/database/sql-file.ts';

const statement = sqlFile(import.meta.filename);

export type SelectUpdateContextsRow = {
  number: number;
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
 * What each of a batch of updates is judged on, by its number in the batch from 1: always one row.
 * `segment_groups` are joined by commas. `ticket` is as in `select-ticket`. A manufacturer or model
 * that is null is the recorded one. Each table is read by an index for each row, whatever the
 * planner expects of the batch.
 */
export const selectUpdateContexts = statement<SelectUpdateContextsRow, [
  cttIds: Narrow<readonly (string | null)[], readonly (string | null)[]>,
  segmentGroups: readonly string[],
  manufacturers: Narrow<readonly (string | null)[], readonly (string | null)[]>,
  models: Narrow<readonly (string | null)[], readonly (string | null)[]>,
  callerIds: Narrow<readonly (string | null)[], readonly (string | null)[]>,
  keys: Narrow<readonly (string | null)[], readonly (string | null)[]>,
]>('select-update-contexts');

export type SelectUnsettledOfLineRow = {
  id: string;
  state: Narrow<string, CpeUpdateState>;
  actor_name: string;
};
export const selectUnsettledOfLine = statement<SelectUnsettledOfLineRow, [
  serviceLineId: string,
]>('select-unsettled-of-line');

export type SelectForeignClaimsRow = {
  service_line_id: string;
  kind: Narrow<string, ClaimKind>;
  value: string;
  holder: string;
};
/**
 * The claims among these that another line than theirs holds, and the networks that overlap one of
 * another line, each with its holder.
 */
export const selectForeignClaims = statement<SelectForeignClaimsRow, [
  serviceLineIds: readonly string[],
  kinds: readonly string[],
  values: readonly string[],
]>('select-foreign-claims');

export type SelectValuesHeldElsewhereRow = {
  service_line_id: string;
  kind: Narrow<string, ClaimKind>;
  value: string;
};
/**
 * The values among these that NIG held for another line than theirs at the last comparison. A
 * difference found before that line's last update no longer counts.
 */
export const selectValuesHeldElsewhere = statement<SelectValuesHeldElsewhereRow, [
  serviceLineIds: readonly string[],
  kinds: readonly string[],
  values: readonly string[],
]>('select-values-held-elsewhere');

export type RecordIntentsRow = {
  id: string;
  at: Date;
  is_recorded: boolean;
  is_current: boolean;
  history_sequence: number;
  history_hash: string | null;
  history_at: Date | null;
};
/**
 * Records a batch of intents, each with its claims and its key, and announces them. The batch has
 * each line, claim and key once, and is in the order of the lines: so that two batches lock the
 * CPEs in one order, they cannot deadlock. The CPE's columns are those of the snapshot.
 * Answers for each intent whether it was recorded. It was not, with nothing written for it, in
 * these cases: the CPE differs from the snapshot, this instance does not know the schema, or the
 * database is a different one (`is_current` is false); the line has an unsettled update; another
 * line has one of the claims; the key was used.
 * The lock on the CPE reads its present row, not that of the statement's start. A claim or a key
 * that is taken in the meantime breaks its primary key, and so the whole batch: the caller then
 * records each intent alone. Claims that an unsettled update of the line made are locked, because
 * that update may settle now and release them.
 */
export const recordIntents = statement<RecordIntentsRow, [
  ids: readonly string[],
  serviceLineIds: readonly string[],
  cttIds: readonly string[],
  ticketNos: readonly string[],
  kinds: Narrow<readonly string[], readonly CpeUpdateKind[]>,
  befores: readonly string[],
  afters: readonly string[],
  changed: readonly string[],
  warnings: readonly string[],
  reasons: Narrow<readonly (string | null)[], readonly (string | null)[]>,
  actorIds: readonly string[],
  actorNames: readonly string[],
  requestedAt: readonly (Date | string)[],
  requestIds: readonly string[],
  repairs: Narrow<readonly (string | null)[], readonly (string | null)[]>,
  revertOfs: Narrow<readonly (string | null)[], readonly (string | null)[]>,
  bulkIds: Narrow<readonly (string | null)[], readonly (string | null)[]>,
  bulkRows: Narrow<readonly (number | null)[], readonly (number | null)[]>,
  bulkAttempts: Narrow<readonly (number | null)[], readonly (number | null)[]>,
  callerIds: Narrow<readonly (string | null)[], readonly (string | null)[]>,
  keys: Narrow<readonly (string | null)[], readonly (string | null)[]>,
  bodyHashes: Narrow<readonly (string | null)[], readonly (string | null)[]>,
  announcements: readonly string[],
  versions: readonly number[],
  manufacturers: readonly string[],
  models: readonly string[],
  ipAddresses: readonly string[],
  downKbps: readonly number[],
  upKbps: readonly number[],
  ports: readonly string[],
  serialNumbers: Narrow<readonly (string | null)[], readonly (string | null)[]>,
  macAddresses: Narrow<readonly (string | null)[], readonly (string | null)[]>,
  ipv6Addresses: Narrow<readonly (string | null)[], readonly (string | null)[]>,
  ipv6Prefixes: Narrow<readonly (string | null)[], readonly (string | null)[]>,
  claimLines: readonly string[],
  claimKinds: readonly string[],
  claimValues: readonly string[],
  rules: string,
  instance: string,
  retryAfterMs: number,
  deadlineMs: number,
  newestSchema: number,
  oldestSchema: number,
  database: string,
]>('record-intents');

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
  bulk_id: string | null;
  bulk_row: number | null;
  bulk_name: string | null;
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
 * Applies a batch of updates of different lines, in the order of the lines: CPE, corp-data record,
 * claims, history entry, state, the answer for retries, its announcement, and the row of the bulk
 * that made it. `versions` are those of the new CPEs. Returns the updates that it applied. One is
 * left out, with nothing written for it, in these cases: it has left this state; the CPE, the end
 * of the line's chain or its network elements changed; this instance does not know the schema.
 * The CPEs are locked first, as by intents. The intent has claimed every value except one: the port
 * on another OLT, where the line moved to that OLT before the intent. If another line holds that
 * port, the statement breaks the primary key of the claims, and with it the batch.
 */
export const writeApplied = statement<WriteAppliedRow, [
  updateIds: readonly string[],
  serviceLineIds: readonly string[],
  states: Narrow<readonly string[], readonly CpeUpdateState[]>,
  versions: readonly number[],
  manufacturers: readonly string[],
  models: readonly string[],
  ipAddresses: readonly string[],
  downKbps: readonly number[],
  upKbps: readonly number[],
  ports: readonly string[],
  serialNumbers: Narrow<readonly (string | null)[], readonly (string | null)[]>,
  macAddresses: Narrow<readonly (string | null)[], readonly (string | null)[]>,
  ipv6Addresses: Narrow<readonly (string | null)[], readonly (string | null)[]>,
  ipv6Prefixes: Narrow<readonly (string | null)[], readonly (string | null)[]>,
  entryIds: readonly string[],
  sequences: readonly number[],
  entryAt: readonly (Date | string)[],
  previousHashes: Narrow<readonly (string | null)[], readonly (string | null)[]>,
  hashes: readonly string[],
  nigReferences: readonly string[],
  attempts: readonly string[],
  answers: readonly string[],
  announcements: readonly string[],
  networkElements: readonly string[],
  bulks: Narrow<readonly (string | null)[], readonly (string | null)[]>,
  claimLines: readonly string[],
  claimKinds: readonly string[],
  claimValues: readonly string[],
  newestSchema: number,
  oldestSchema: number,
]>('write-applied');

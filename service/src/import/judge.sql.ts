// Written by npm run sql-types from judge.sql; do not edit.
import { sqlFile } from '../platform/database/sql-file.ts';

const statement = sqlFile(import.meta.filename);

/**
 * Of rows with the same type and id the last one counts.
 */
export const importReplaceEarlier = statement<never, []>('import-replace-earlier');

/**
 * Claims name an OLT by its id, so an OLT must stay an OLT.
 */
export const importRefuseOtherKinds = statement<never, []>('import-refuse-other-kinds');

export const importRefuseUnknownElements = statement<never, []>('import-refuse-unknown-elements');

/**
 * A port is read by the OLT's manufacturer, so the OLT must be known before its lines.
 */
export const importRefuseEarlyLines = statement<never, []>('import-refuse-early-lines');

/**
 * As a trigger of `cpe` would, for each row alone.
 */
export const importRefuseDualStack = statement<never, []>('import-refuse-dual-stack');

export const importKeepUnsettled = statement<never, []>('import-keep-unsettled');

/**
 * A CPE that was corrected in the desk stays, as one about which the file says nothing. It keeps
 * its claims; that of its port follows the OLT.
 */
export const importKeepCpes = statement<never, []>('import-keep-cpes');

/**
 * What a row does not say of a CPE's dual stack stays as it is recorded, with its claims.
 */
export const importKeepDualStack = statement<never, []>('import-keep-dual-stack');

export const importSkipSameElements = statement<never, []>('import-skip-same-elements');

/**
 * Each part is a scalar subquery, which looks a row up by its key. As joins, the planner may take
 * them for one row and scan `service_line` for each row of the file.
 */
export const importSkipSameLines = statement<never, []>('import-skip-same-lines');

export const importSkipSameTickets = statement<never, []>('import-skip-same-tickets');

export const importRefuseUnknownLines = statement<never, []>('import-refuse-unknown-lines');

export type ImportFindContendedRow = {
  rows: number;
};
/**
 * Rows with a key that another record has, in the file or in the database.
 */
export const importFindContended = statement<ImportFindContendedRow, [
  type: string,
]>('import-find-contended');

/**
 * Contended rows of which a key is certainly taken: its holder keeps it, or a row that is written
 * has it too. `value` names all keys that this one has, a line each.
 */
export const importRefuseTaken = statement<never, [
  type: string,
]>('import-refuse-taken');

export type ImportAcceptFreeRow = {
  rows: number;
};
/**
 * Contended rows whose keys are free: released in an earlier round, and no contended row before
 * them has one.
 */
export const importAcceptFree = statement<ImportAcceptFreeRow, [
  type: string,
  round: number,
]>('import-accept-free');

/**
 * Rows that wait for each other's keys.
 */
export const importRefuseWaiting = statement<never, [
  type: string,
]>('import-refuse-waiting');

export type ImportRefuseOverlapsRow = {
  rows: number;
};
/**
 * Of rows whose IPv6 networks overlap the first in the file is written, as of rows with one key. A
 * network is inside another if its beginning of the other's length is that one: each length in the
 * file is asked once, not each pair of networks. A row is refused once the row before is certain.
 */
export const importRefuseOverlaps = statement<ImportRefuseOverlapsRow, []>('import-refuse-overlaps');

export type ImportSelectRemarksRow = {
  seq: number;
  line: number;
  type: string;
  id: string;
  outcome: string | null;
  fault: string | null;
  value: string | null;
  rival: string | null;
  rival_line: number | null;
  rival_seq: number | null;
};
/**
 * Rows about which there is something to say, in the order of the file. `rival_seq`: the record
 * that `rival_line` is about.
 */
export const importSelectRemarks = statement<ImportSelectRemarksRow, [
  after: number,
]>('import-select-remarks');

export type ImportCountWrittenRow = {
  rows: number;
};
export const importCountWritten = statement<ImportCountWrittenRow, []>('import-count-written');

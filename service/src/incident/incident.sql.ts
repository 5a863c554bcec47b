// Written by npm run sql-types from incident.sql; do not edit.
import type { IncidentCause } from '@cpe-desk/contract';
import { type Narrow, sqlFile } from '../platform/database/sql-file.ts';

const statement = sqlFile(import.meta.filename);

export type FindMissingUpdatesRow = {
  database: string | null;
  missing: unknown;
};
/**
 * Updates that this instance has seen and the database lacks, or has in an earlier final state.
 */
export const findMissingUpdates = statement<FindMissingUpdatesRow, [
  updateIds: readonly string[],
  states: readonly string[],
]>('find-missing-updates');

/**
 * Closes an open earlier incident: its comparisons with NIG took place before the loss found now.
 * `is_restore`: the database is the same and was rewound.
 */
export const supersedeIncident = statement<never, [
  database: string,
  isRestore: boolean,
]>('supersede-incident');

export type InsertIncidentRow = {
  id: string;
};
/**
 * A failover that had its incident gets no second one from an instance that notices it later.
 */
export const insertIncident = statement<InsertIncidentRow, [
  database: string,
  isRestore: boolean,
  cause: Narrow<string, IncidentCause>,
  missing: string,
]>('insert-incident');

export type SelectOpenIncidentRow = {
  id: string;
  opened_at: Date;
  cause: Narrow<string, IncidentCause>;
  missing: number;
};
export const selectOpenIncident = statement<SelectOpenIncidentRow, []>('select-open-incident');

export type CountComparedLinesRow = {
  lines: number;
  compared: number;
};
/**
 * The number of lines with a CPE, and of those compared since the open incident began.
 */
export const countComparedLines = statement<CountComparedLinesRow, []>('count-compared-lines');

export type RecordComparedLinesRow = {
  service_line_id: string;
};
/**
 * Records lines as compared since an incident began, if it is open. A comparison counts that began
 * at least `late_ms` after it, `ago_ms` before now: until then NIG may still get an update that the
 * database lost. If the clock was set back to before the incident, the wait begins now.
 */
export const recordComparedLines = statement<RecordComparedLinesRow, [
  incidentId: string,
  lineIds: readonly string[],
  agree: readonly boolean[],
  lateMs: number,
  agoMs: number,
]>('record-compared-lines');

export type OpenIncidentLinesRow = {
  service_line_id: string;
};
/**
 * Opens lines of an open incident by a person's decision. Returns the lines that exist and were not
 * compared.
 */
export const openIncidentLines = statement<OpenIncidentLinesRow, [
  lineIds: readonly string[],
  by: string,
  reason: string,
]>('open-incident-lines');

export type CloseIncidentRow = {
  id: string;
  opened_at: Date;
};
/**
 * Closes the open incident if every line with a CPE has been compared since it began.
 */
export const closeIncident = statement<CloseIncidentRow, []>('close-incident');

/**
 * Automatic comparisons have no use after the incident is closed.
 */
export const deleteComparedLines = statement<never, [
  incidentId: string,
]>('delete-compared-lines');

export type SelectOwnLinesRow = {
  id: string;
};
/**
 * The lines among these that belong to the segment groups.
 */
export const selectOwnLines = statement<SelectOwnLinesRow, [
  lineIds: readonly string[],
  segmentGroups: readonly string[],
]>('select-own-lines');

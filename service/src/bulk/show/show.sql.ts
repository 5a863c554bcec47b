// Written by npm run sql-types from show.sql; do not edit.
import type { BulkRowState, CpeUpdateKind } from '@cpe-desk/contract';
import { type Narrow, sqlFile } from '../../platform/database/sql-file.ts';

const statement = sqlFile(import.meta.filename);

export type SelectRowsRow = {
  bulk_id: string;
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
  changed: string[] | null;
  before: unknown;
  wanted: unknown;
  verdict: unknown;
  code: string | null;
  state: Narrow<string, BulkRowState>;
  attempt: number;
  update_id: string | null;
  outcome: unknown;
  settled_at: Date | null;
  tries: number;
};
export const selectRows = statement<SelectRowsRow, [
  bulkId: string,
  after: number,
  limit: number,
]>('select-rows');

export type SelectRowsOfStateRow = {
  bulk_id: string;
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
  changed: string[] | null;
  before: unknown;
  wanted: unknown;
  verdict: unknown;
  code: string | null;
  state: Narrow<string, BulkRowState>;
  attempt: number;
  update_id: string | null;
  outcome: unknown;
  settled_at: Date | null;
  tries: number;
};
export const selectRowsOfState = statement<SelectRowsOfStateRow, [
  bulkId: string,
  state: Narrow<string, BulkRowState>,
  after: number,
  limit: number,
]>('select-rows-of-state');

export type SelectRowsOfCodeRow = {
  bulk_id: string;
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
  changed: string[] | null;
  before: unknown;
  wanted: unknown;
  verdict: unknown;
  code: string | null;
  state: Narrow<string, BulkRowState>;
  attempt: number;
  update_id: string | null;
  outcome: unknown;
  settled_at: Date | null;
  tries: number;
};
export const selectRowsOfCode = statement<SelectRowsOfCodeRow, [
  bulkId: string,
  code: string,
  state: Narrow<string, BulkRowState> | null,
  after: number,
  limit: number,
]>('select-rows-of-code');

export type SelectRowRow = {
  bulk_id: string;
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
  changed: string[] | null;
  before: unknown;
  wanted: unknown;
  verdict: unknown;
  code: string | null;
  state: Narrow<string, BulkRowState>;
  attempt: number;
  update_id: string | null;
  outcome: unknown;
  settled_at: Date | null;
  tries: number;
};
export const selectRow = statement<SelectRowRow, [
  bulkId: string,
  row: number,
]>('select-row');

export type SelectNigReferencesRow = {
  id: string;
  nig_reference: string | null;
  settled_at: Date | null;
};
export const selectNigReferences = statement<SelectNigReferencesRow, [
  ids: readonly string[],
]>('select-nig-references');

export type PruneBulkRowsRow = {
  count: number;
};
export const pruneBulkRows = statement<PruneBulkRowsRow, [
  days: number,
  most: number,
]>('prune-bulk-rows');

// Written by npm run sql-types from access-log.sql; do not edit.
import type { AccessEvent } from '@cpe-desk/contract';
import { type Narrow, sqlFile } from '../../platform/database/sql-file.ts';

const statement = sqlFile(import.meta.filename);

export const insertAccess = statement<never, [
  event: Narrow<string, AccessEvent>,
  subject: string | null,
  name: string | null,
  address: string | null,
  requestId: string | null,
  detail: string,
]>('insert-access');

/**
 * Like `insert_access`, unless the same refusal was recorded a moment ago. A caller who repeats a
 * refused request cannot fill the log.
 */
export const insertRefusal = statement<never, [
  subject: string,
  name: string,
  address: string,
  requestId: string,
  detail: string,
  withinMs: number,
]>('insert-refusal');

export type SelectAccessRow = {
  id: number;
  at: Date;
  event: Narrow<string, AccessEvent>;
  subject: string | null;
  name: string | null;
  address: string | null;
  request_id: string | null;
  detail: unknown;
};
export const selectAccess = statement<SelectAccessRow, [
  event: Narrow<string, AccessEvent> | null,
  subject: string | null,
  before: number | null,
  limit: number,
]>('select-access');

export type SelectPolicySetRow = {
  detail: unknown;
};
/**
 * The last recorded policy.
 */
export const selectPolicySet = statement<SelectPolicySetRow, []>('select-policy-set');

export type PruneAccessLogRow = {
  count: number;
};
export const pruneAccessLog = statement<PruneAccessLogRow, [
  days: number,
  most: number,
]>('prune-access-log');

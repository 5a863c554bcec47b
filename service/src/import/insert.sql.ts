// Written by npm run sql-types from insert.sql; do not edit.
import { sqlFile } from '../platform/database/sql-file.ts';

const statement = sqlFile(import.meta.filename);

/**
 * Lines with their CPEs and corp-data temp records. `network_element_id` is null where a line has
 * no CPE.
 */
export const importInsertLines = statement<never, [
  lines: string,
  at: Date | string,
]>('import-insert-lines');

export const importInsertPaths = statement<never, [
  lineIds: readonly string[],
  positions: readonly number[],
  elementIds: readonly string[],
]>('import-insert-paths');

export const importInsertClaims = statement<never, [
  kinds: readonly string[],
  values: readonly string[],
  lineIds: readonly string[],
]>('import-insert-claims');

export const importInsertTickets = statement<never, [
  ids: readonly string[],
  ticketNos: readonly string[],
  statuses: readonly string[],
  titles: readonly string[],
  openedAt: readonly (Date | string)[],
  lineIds: readonly string[],
]>('import-insert-tickets');

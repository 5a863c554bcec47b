// Written by npm run sql-types from live.sql; do not edit.
import type { BulkState, BulkWait } from '@cpe-desk/contract';
import { type Narrow, sqlFile } from '../platform/database/sql-file.ts';

const statement = sqlFile(import.meta.filename);

export type SelectBulkProgressRow = {
  id: string;
  state: Narrow<string, BulkState>;
  waits_for: Narrow<string, BulkWait> | null;
  counts: unknown;
  segment_groups: string[];
};
/**
 * Bulks that are not final, and those that became so in the last minute.
 */
export const selectBulkProgress = statement<SelectBulkProgressRow, []>('select-bulk-progress');

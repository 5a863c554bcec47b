// Written by npm run sql-types from desk-state.sql; do not edit.
import type { SegmentGroup } from '@cpe-desk/contract';
import { type Narrow, sqlFile } from '../platform/database/sql-file.ts';

const statement = sqlFile(import.meta.filename);

export type CountWorkRow = {
  attention: number;
  differences: number;
};
/**
 * What waits for a person: updates to settle, and lines with an open difference.
 */
export const countWork = statement<CountWorkRow, [
  segmentGroups: Narrow<readonly string[], readonly SegmentGroup[]>,
]>('count-work');

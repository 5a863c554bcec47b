// Written by npm run sql-types from operations.sql; do not edit.
import type { CpeUpdateState } from '@cpe-desk/contract';
import { type Narrow, sqlFile } from '../platform/database/sql-file.ts';

const statement = sqlFile(import.meta.filename);

export type CountUnsettledRow = {
  state: Narrow<string, CpeUpdateState>;
  count: number;
  oldest: number;
};
export const countUnsettled = statement<CountUnsettledRow, []>('count-unsettled');

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

export type AnnounceLogLevelRow = {
  pg_notify: string | null;
};
/**
 * Every instance that listens now sets the level when this is committed.
 */
export const announceLogLevel = statement<AnnounceLogLevelRow, [
  request: string,
]>('announce-log-level');

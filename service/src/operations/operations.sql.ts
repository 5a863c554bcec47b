// Written by npm run sql-types from operations.sql; do not edit.
import type { BulkState, CpeUpdateState } from '@cpe-desk/contract';
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

export type SelectReplicationRow = {
  is_recovering: boolean;
  timeline: number | null;
  lag: number | null;
};
/**
 * What the desk sees of the database's replication. The timeline rises at each promotion. The lag
 * is that of the slowest standby, s; null without one, and for a role without pg_monitor.
 */
export const selectReplication = statement<SelectReplicationRow, []>('select-replication');

export type CountOpenBulksRow = {
  state: Narrow<string, BulkState>;
  bulks: number;
  waiting: number;
};
/**
 * Bulks that run or are paused, and their rows that wait.
 */
export const countOpenBulks = statement<CountOpenBulksRow, []>('count-open-bulks');

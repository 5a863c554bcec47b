// Written by npm run sql-types from overview.sql; do not edit.
import type { CpeUpdateState, SegmentGroup, SummaryFact, UnsettledState } from '@cpe-desk/contract';
import { type Narrow, sqlFile } from '../platform/database/sql-file.ts';

const statement = sqlFile(import.meta.filename);

/**
 * Adds the updates settled in a span of time to the summary.
 */
export const addToZoneSummary = statement<never, [
  zone: string,
  from: Date | string,
  to: Date | string,
]>('add-to-zone-summary');

/**
 * Adds a time zone that was never counted.
 */
export const beginZoneSummary = statement<never, [
  zone: string,
]>('begin-zone-summary');

export type LockZoneSummaryEndRow = {
  until: string;
  last: Date;
  next: Date;
};
/**
 * Locks the end of the summary. `next`: its next end, at most a day past the first update that is
 * not in it, and never past `last`, the latest end by the database's clock.
 */
export const lockZoneSummaryEnd = statement<LockZoneSummaryEndRow, [
  zone: string,
  lateMs: number,
]>('lock-zone-summary-end');

export const moveZoneSummaryEnd = statement<never, [
  zone: string,
  until: Date | string,
]>('move-zone-summary-end');

export type SelectTodayRow = {
  today: string;
};
/**
 * The present day in a time zone, by the database's clock.
 */
export const selectToday = statement<SelectTodayRow, [
  zone: string,
]>('select-today');

export type SelectZoneFactsRow = {
  day: string;
  fact: Narrow<string, SummaryFact>;
  key: string;
  count: number;
};
/**
 * The facts since a day: those of the summary, and those of updates settled after its end.
 */
export const selectZoneFacts = statement<SelectZoneFactsRow, [
  zone: string,
  groups: Narrow<readonly string[], readonly SegmentGroup[]>,
  since: string,
]>('select-zone-facts');

export type SelectOldestUnsettledRow = {
  id: string;
  ctt_id: string;
  ticket_no: string;
  state: Narrow<string, UnsettledState>;
  requested_at: Date;
  actor_name: string;
  all_of_them: number;
};
/**
 * The oldest unsettled updates, and the number of all.
 */
export const selectOldestUnsettled = statement<SelectOldestUnsettledRow, [
  groups: Narrow<readonly string[], readonly SegmentGroup[]>,
  limit: number,
]>('select-oldest-unsettled');

// Written by npm run sql-types from repair.sql; do not edit.
import type { RepairTake, RepairVerdict, SegmentGroup } from '@cpe-desk/contract';
import { type Narrow, sqlFile } from '../platform/database/sql-file.ts';

const statement = sqlFile(import.meta.filename);

/**
 * Records a repair with its lines, in the given order.
 */
export const insertRepair = statement<never, [
  id: string,
  take: Narrow<string, RepairTake>,
  reason: string,
  actorId: string,
  actorName: string,
  segmentGroups: Narrow<readonly string[], readonly SegmentGroup[]>,
  lineIds: readonly string[],
]>('insert-repair');

export type LeaseRepairLinesRow = {
  repair_id: string;
  service_line_id: string;
  take: Narrow<string, RepairTake>;
  reason: string;
  actor_id: string;
  actor_name: string;
  segment_groups: Narrow<string[], SegmentGroup[]>;
  is_alone: boolean;
};
/**
 * Leases lines without a verdict, so that no other instance works on them. During a hold the lines
 * wait. A lease that ends later than any lease can is void: the database's clock was set back.
 */
export const leaseRepairLines = statement<LeaseRepairLinesRow, [
  leaseMs: number,
  atMost: number,
]>('lease-repair-lines');

export const writeRepairVerdict = statement<never, [
  repairId: string,
  lineId: string,
  verdict: Narrow<string, RepairVerdict>,
  detail: string | null,
  updateId: string | null,
]>('write-repair-verdict');

/**
 * Ends the lease of a line without a verdict: it is leased again when that is possible.
 */
export const releaseRepairLine = statement<never, [
  repairId: string,
  lineId: string,
]>('release-repair-line');

export type SelectRepairRow = {
  take: Narrow<string, RepairTake>;
  reason: string;
  actor_id: string;
  actor_name: string;
  requested_at: Date;
};
export const selectRepair = statement<SelectRepairRow, [
  repairId: string,
]>('select-repair');

export type SelectRepairLinesRow = {
  service_line_id: string;
  verdict: Narrow<string, RepairVerdict> | null;
  detail: string | null;
  update_id: string | null;
};
/**
 * The lines of a repair in these segment groups; for its requester also those that do not exist.
 */
export const selectRepairLines = statement<SelectRepairLinesRow, [
  repairId: string,
  segmentGroups: Narrow<readonly string[], readonly SegmentGroup[]>,
  isOwn: boolean,
]>('select-repair-lines');

export type SelectNewestTicketRow = {
  id: string;
};
/**
 * The newest ticket of a line in these segment groups, in any status.
 */
export const selectNewestTicket = statement<SelectNewestTicketRow, [
  lineId: string,
  segmentGroups: Narrow<readonly string[], readonly SegmentGroup[]>,
]>('select-newest-ticket');

export type SelectHeldRow = {
  held: unknown;
};
/**
 * The CPE that NIG held for a line when its drift was last found.
 */
export const selectHeld = statement<SelectHeldRow, [
  lineId: string,
]>('select-held');

import {
  type BulkSettings,
  bulkSettingsSchema,
  type Caller,
  type Cpe,
  type CpeUpdateRequest,
  cpeSchema,
  dualStackFields,
  roles,
  segmentGroupSchema,
} from '@cpe-desk/contract';
import { z } from 'zod';
import type { SelectRunningBulksRow, TakeWaitingRowsRow } from './run.sql.ts';

/** A bulk that runs, with the rights of the person who started it, as last seen. */
export type RunningBulk = {
  id: string;
  name: string;
  revertOf: string | null;
  settings: BulkSettings;
  /** For rows without one. */
  reason: string | null;
  caller: Caller;
  nigDownSince: Date | null;
};

const rolesSchema = z.array(z.enum(roles));

/** Whoever lost the role sees no ticket any more: their rows are refused as for any other. */
const callerOf = (row: SelectRunningBulksRow): Caller => {
  const held = rolesSchema.parse(row.roles);
  const segmentGroups = z.array(segmentGroupSchema).parse(row.segment_groups);
  return {
    id: row.started_by_id,
    name: row.started_by_name,
    roles: held,
    segmentGroups: held.includes('supervisor') ? segmentGroups : [],
    actions: ['cpe-bulk:run'],
  };
};

export const runningBulkOf = (row: SelectRunningBulksRow): RunningBulk => ({
  id: row.bulk_id,
  name: row.name,
  revertOf: row.revert_of,
  settings: bulkSettingsSchema.parse(row.settings),
  reason: row.reason,
  caller: callerOf(row),
  nigDownSince: row.nig_down_since,
});

/** The values with every member: a row says of each field what it is to be. */
const whole = (cpe: Cpe): Cpe => ({
  ...Object.fromEntries(dualStackFields.map((field) => [field, null])),
  ...cpe,
});

/** The update of a row: from the CPE that the check saw to the one that it answered. */
export const requestOf = (
  { reason }: Pick<RunningBulk, 'reason'>,
  row: TakeWaitingRowsRow,
): CpeUpdateRequest => ({
  current: whole(cpeSchema.parse(row.before)),
  new: whole(cpeSchema.parse(row.wanted)),
  reason: row.reason ?? reason,
});

import {
  attentionSchema,
  type CpeUpdate,
  cpeSchema,
  findingSchema,
  nigAttemptSchema,
  type SegmentGroup,
  settlementSchema,
} from '@cpe-desk/contract';
import { z } from 'zod';
import { repairOf } from '../history/repair-note.ts';
import { maybeOne, type Queryable } from '../platform/database/database.ts';
import { type LockUpdateRow, selectUpdate } from './settle-update.sql.ts';

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The bulk's row that made an update; absent where none did. */
const bulkRowOf = ({ bulk_id: id, bulk_row: row, bulk_name: name }: LockUpdateRow) =>
  id === null || row === null || name === null ? {} : { bulk: { id, row, name } };

export const updateOf = (row: LockUpdateRow): CpeUpdate => ({
  updateId: row.id,
  state: row.state,
  kind: row.kind,
  cttId: row.ctt_id,
  ticketNo: row.ticket_no,
  serviceLineId: row.service_line_id,
  changed: row.changed,
  before: cpeSchema.parse(row.before),
  after: cpeSchema.parse(row.after),
  reason: row.reason,
  requestedAt: row.requested_at.toISOString(),
  requestId: row.request_id,
  by: { id: row.actor_id, name: row.actor_name },
  settledAt: row.settled_at?.toISOString() ?? null,
  nig: {
    ...{ reference: row.nig_reference, code: row.nig_code },
    ...{ message: row.nig_message, handle: row.nig_handle },
  },
  warnings: z.array(findingSchema).parse(row.warnings),
  asked: row.asked,
  attempts: z.array(nigAttemptSchema).parse(row.attempts),
  attention: attentionSchema.nullable().parse(row.attention),
  settlement: settlementSchema.nullable().parse(row.settlement),
  ...repairOf(row.repair),
  ...bulkRowOf(row),
});

/** One update; undefined where these segment groups have none. */
export const readUpdate = async (
  db: Queryable,
  updateId: string,
  segmentGroups: readonly SegmentGroup[] | null,
): Promise<CpeUpdate | undefined> => {
  if (!UUID.test(updateId)) return undefined;
  const row = await maybeOne(db, selectUpdate, [updateId, segmentGroups]);
  return row && updateOf(row);
};

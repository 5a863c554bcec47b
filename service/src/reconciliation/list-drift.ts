import { type Caller, cpeSchema, type Drift, type DriftList } from '@cpe-desk/contract';
import { maybeOne, type Queryable, run } from '../platform/database/database.ts';
import {
  type SelectDriftsRow,
  selectDrifts,
  selectLastReconciliation,
} from './reconciliation.sql.ts';

/** More than a person works through. The list shows the oldest open drifts; others move up. */
const MOST_SHOWN = 200;

const driftOf = (row: SelectDriftsRow): Drift => ({
  serviceLineId: row.service_line_id,
  customer: row.customer,
  ticket:
    row.ticket_id === null || row.ticket_no === null
      ? null
      : { id: row.ticket_id, ticketNo: row.ticket_no },
  holder: row.holder,
  foundAt: row.found_at.toISOString(),
  seenAt: row.seen_at.toISOString(),
  repairedAt: row.repaired_at?.toISOString() ?? null,
  fields: row.fields,
  recorded: cpeSchema.parse(row.recorded),
  held: cpeSchema.nullable().parse(row.held),
});

/** The drift of the caller's segment groups, open drifts first, and the result of the last pass. */
export const listDrift = async (db: Queryable, { segmentGroups }: Caller): Promise<DriftList> => {
  const last = await maybeOne(db, selectLastReconciliation, []);
  const rows = await run(db, selectDrifts, [segmentGroups, MOST_SHOWN]);
  if (!last) return { lastPass: null, items: rows.map(driftOf) };
  const { started_at, ended_at, ...counts } = last;
  const times = { startedAt: started_at.toISOString(), endedAt: ended_at?.toISOString() ?? null };
  return { lastPass: { ...times, ...counts }, items: rows.map(driftOf) };
};

import {
  cpeSchema,
  type HistoryEntry,
  type HistoryPage,
  type HistoryQuery,
  settlementSchema,
} from '@cpe-desk/contract';
import { containing, maybeOne, type Queryable, run } from '../platform/database/database.ts';
import { readCursor, writeCursor } from '../platform/http/cursor.ts';
import { bulkOf } from './bulk-row-ref.ts';
import {
  type SelectHistoryEntryOfUpdateRow,
  selectHistoryEntries,
  selectHistoryEntryOfUpdate,
} from './history.sql.ts';
import { repairOf } from './repair-note.ts';

export const entryOf = (row: SelectHistoryEntryOfUpdateRow): HistoryEntry => ({
  id: row.id,
  sequence: row.sequence,
  at: row.at.toISOString(),
  updateId: row.update_id,
  serviceLineId: row.service_line_id,
  cttId: row.ctt_id,
  ticketNo: row.ticket_no,
  kind: row.kind,
  actor: { id: row.actor_id, name: row.actor_name },
  changed: row.changed,
  before: cpeSchema.parse(row.before),
  after: cpeSchema.parse(row.after),
  reason: row.reason,
  nigReference: row.nig_reference,
  settlement: settlementSchema.nullable().parse(row.settlement),
  ...repairOf(row.repair),
  ...bulkOf(row.bulk),
  rules: row.rules,
  previousHash: row.previous_hash,
  hash: row.hash,
});

/** The entry of an update; undefined where it was not applied. */
export const entryOfUpdate = async (
  db: Queryable,
  updateId: string,
): Promise<HistoryEntry | undefined> => {
  const row = await maybeOne(db, selectHistoryEntryOfUpdate, [updateId]);
  return row && entryOf(row);
};

const sequenceIn = (cursor: string, order: string): number | undefined => {
  const sequence = Number(readCursor(cursor, order)?.[0]);
  return Number.isInteger(sequence) && sequence > 0 && sequence < 2 ** 31 ? sequence : undefined;
};

/** One page of a line's history, newest first. Undefined for a cursor of another list. */
export const readHistory = async (
  db: Queryable,
  { id: serviceLineId, customer }: { id: string; customer: string },
  { cursor, limit, field, by, from, to }: HistoryQuery,
): Promise<HistoryPage | undefined> => {
  const order = `history ${serviceLineId}`;
  const before = cursor === undefined ? null : sequenceIn(cursor, order);
  if (before === undefined) return undefined;
  const rows = await run(db, selectHistoryEntries, [
    serviceLineId,
    before,
    limit + 1,
    field ?? null,
    by?.trim() ? containing(by.trim()) : null,
    from ?? null,
    to ?? null,
  ]);
  const shown = rows.slice(0, limit);
  const items = shown.map(entryOf);
  const requestIds = Object.fromEntries(
    shown.flatMap(({ update_id, request_id }) =>
      request_id === null ? [] : [[update_id, request_id]],
    ),
  );
  const last = items.at(-1);
  const nextCursor =
    rows.length > limit && last ? writeCursor(order, [String(last.sequence), last.id]) : null;
  return { serviceLineId, customer, items, requestIds, nextCursor };
};

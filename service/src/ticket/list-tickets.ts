import {
  judgeEligibility,
  type SegmentGroup,
  type TicketList,
  type TicketListQuery,
  type TicketSort,
} from '@cpe-desk/contract';
import { type Queryable, run } from '../database.ts';
import { readCursor, writeCursor } from '../http/cursor.ts';
import type { TicketListRow } from './queries.ts';
import { ticketConditions, ticketStatement, visibleGroups } from './ticket-conditions.ts';

/** The column behind each sort, as text in the cursor so that no precision of a timestamp is lost. */
const sorts: Record<TicketSort, { column: string; type: string; descending: boolean }> = {
  '-openedAt': { column: 't.opened_at', type: 'timestamptz', descending: true },
  openedAt: { column: 't.opened_at', type: 'timestamptz', descending: false },
  '-ticketNo': { column: 't.ticket_no', type: 'text', descending: true },
  ticketNo: { column: 't.ticket_no', type: 'text', descending: false },
};

const pageSql = (conditions: string[], sort: TicketSort, after: string[], limit: string): string => {
  const { column, type, descending } = sorts[sort];
  const way = descending ? 'desc' : 'asc';
  const [key, id] = after;
  const beyond = key && id ? ` and (${column}, t.id) ${descending ? '<' : '>'} (${key}::${type}, ${id})` : '';
  return `select t.id, t.ticket_no, t.status, t.title, t.opened_at, ${column}::text as sort_key,
                 l.customer, l.segment_group, l.technology, l.managed_services
            from ctt t join service_line l on l.id = t.service_line_id
           where ${conditions.join(' and ')}${beyond}
           order by ${column} ${way}, t.id ${way} limit ${limit}`;
};

/** One page of the tickets in the caller's segment groups; undefined for a cursor that is not one of this list's. */
export const listTickets = async (
  db: Queryable,
  query: TicketListQuery,
  scope: readonly SegmentGroup[],
  editableGroups: readonly SegmentGroup[],
): Promise<TicketList | undefined> => {
  const after = query.cursor === undefined ? [] : readCursor(query.cursor, query.sort);
  if (!after) return undefined;
  // The database would look through every ticket to find that none is of no group.
  if (visibleGroups(query, scope).length === 0) return { items: [], nextCursor: null };
  const { values, place, conditions } = ticketConditions(query, { scope, editableGroups });
  const text = pageSql(conditions, query.sort, after.map(place), place(query.limit + 1));
  const rows = await run(db, ticketStatement<TicketListRow>('list-tickets', text), values);
  const page = rows.slice(0, query.limit);
  const last = page.at(-1);
  return {
    items: page.map((row) => itemOf(row, editableGroups)),
    nextCursor: rows.length > query.limit && last ? writeCursor(query.sort, [last.sort_key, last.id]) : null,
  };
};

const itemOf = (
  row: TicketListRow,
  editableGroups: readonly SegmentGroup[],
): TicketList['items'][number] => ({
  id: row.id,
  ticketNo: row.ticket_no,
  status: row.status,
  title: row.title,
  openedAt: row.opened_at.toISOString(),
  customer: row.customer,
  segmentGroup: row.segment_group,
  technology: row.technology,
  managedServices: row.managed_services,
  editable: judgeEligibility(
    {
      status: row.status,
      technology: row.technology,
      managedServices: row.managed_services,
      segmentGroup: row.segment_group,
    },
    editableGroups,
  ).editable,
});

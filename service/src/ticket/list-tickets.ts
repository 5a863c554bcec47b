import { hash } from 'node:crypto';
import {
  judgeEligibility,
  type SegmentGroup,
  type TicketList,
  type TicketListQuery,
  type TicketSort,
} from '@cpe-desk/contract';
import { type Queryable, run, statement } from '../database.ts';
import { readCursor, writeCursor } from '../http/cursor.ts';
import type { TicketListRow } from './queries.ts';

type Condition = { sql: (placeholder: string) => string; value: unknown };

/** The column behind each sort, as text in the cursor so that no precision of a timestamp is lost. */
const sorts: Record<TicketSort, { column: string; type: string; descending: boolean }> = {
  '-openedAt': { column: 't.opened_at', type: 'timestamptz', descending: true },
  openedAt: { column: 't.opened_at', type: 'timestamptz', descending: false },
  '-ticketNo': { column: 't.ticket_no', type: 'text', descending: true },
  ticketNo: { column: 't.ticket_no', type: 'text', descending: false },
};

/** A pattern that finds `text` anywhere, its own wildcards taken literally. */
const containing = (text: string): string => `%${text.replaceAll(/[\\%_]/g, '\\$&')}%`;

/** Each branch has an index of its own; an OR over three tables would have none. */
const found = (p: string) => `t.id in (
  select id from ctt where ticket_no ilike ${p}
  union all select f.id from ctt f join service_line fl on fl.id = f.service_line_id
             where fl.customer ilike ${p} or fl.id ilike ${p}
  union all select f.id from ctt f join cpe fc on fc.service_line_id = f.service_line_id
             where fc.serial_number ilike ${p} or fc.ip_address ilike ${p})`;

/** `judgeEligibility` in SQL; a test compares the two over every combination. */
const editable = (wanted: boolean) => (p: string) =>
  `(t.status not in ('closed', 'cancelled', 'rejected') and l.technology = 'FTTH'
    and l.managed_services and l.segment_group = any(${p}::text[])) = ${wanted}`;

const conditionsOf = (
  query: TicketListQuery,
  scope: readonly SegmentGroup[],
  editableGroups: readonly SegmentGroup[],
): Condition[] => {
  const conditions: Condition[] = [{ sql: (p) => `l.segment_group = any(${p}::text[])`, value: scope }];
  const add = (value: unknown, sql: Condition['sql']) => {
    if (value !== undefined) conditions.push({ sql, value });
  };
  const q = query.q?.trim();
  add(q ? containing(q) : undefined, found);
  add(query.status, (p) => `t.status = any(${p}::text[])`);
  add(query.segmentGroup, (p) => `l.segment_group = any(${p}::text[])`);
  add(query.technology, (p) => `l.technology = any(${p}::text[])`);
  add(query.managedServices, (p) => `l.managed_services = ${p}::boolean`);
  if (query.editable !== undefined) add(editableGroups, editable(query.editable));
  return conditions;
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
  const values: unknown[] = [];
  const place = (value: unknown) => `$${values.push(value)}`;
  const conditions = conditionsOf(query, scope, editableGroups).map(({ sql, value }) => sql(place(value)));
  const text = pageSql(conditions, query.sort, after.map(place), place(query.limit + 1));
  // The text names itself: there are as many statements as ways to filter, each prepared when first used.
  const rows = await run(
    db,
    statement<TicketListRow, unknown[]>(`list-tickets-${hash('sha256', text).slice(0, 16)}`, text),
    values,
  );
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

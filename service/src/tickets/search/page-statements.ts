import type {
  SegmentGroup,
  Technology,
  TicketFilter,
  TicketListQuery,
  TicketSort,
  TicketStatus,
} from '@cpe-desk/contract';
import { type Queryable, run } from '../../platform/database/database.ts';
import { type TicketScope, ticketConditions, ticketStatement } from './ticket-conditions.ts';

export type TicketListRow = {
  id: string;
  ticket_no: string;
  status: TicketStatus;
  title: string;
  opened_at: Date;
  sort_key: string;
  customer: string;
  segment_group: SegmentGroup;
  technology: Technology;
  managed_services: boolean;
};

/** The column behind each sort, as text in the cursor so that no precision of a timestamp is lost. */
const sorts: Record<TicketSort, { column: string; type: string; descending: boolean }> = {
  '-openedAt': { column: 'opened_at', type: 'timestamptz', descending: true },
  openedAt: { column: 'opened_at', type: 'timestamptz', descending: false },
  '-ticketNo': { column: 'ticket_no', type: 'text', descending: true },
  ticketNo: { column: 'ticket_no', type: 'text', descending: false },
};

/** A page of the list: `after` is where the one before ended, `scope` whose tickets the caller may see. */
export type Page = Pick<TicketListQuery, 'limit' | 'sort'> & {
  filter: TicketFilter;
  after: readonly string[];
  scope: TicketScope;
};

/** Pages are read in one of these lengths, so that there are few statements. */
const LENGTHS = [50, 200, 1000];
const lengthOf = ({ limit }: Page): number => LENGTHS.find((length) => length >= limit) ?? limit;

/** So many tickets, of which a page looks at `each` for one that it holds. */
export const budgetOf = (page: Page, each: number): number => each * lengthOf(page);

/** The parts of a statement that finds a page's tickets: conditions, order and what is `beyond` the page before, of a table. */
export type Parts = ReturnType<typeof partsOf>;

export const partsOf = (page: Page) => {
  const { filter, sort, after, scope } = page;
  const { column, type, descending } = sorts[sort];
  const conditions = ticketConditions(filter, scope);
  const [key, id] = after.map(conditions.place);
  const way = descending ? 'desc' : 'asc';
  // One row more tells that there is a next page.
  const length = lengthOf(page) + 1;
  return {
    ...conditions,
    ...{ column, length },
    order: (of: string) => `order by ${of}.${column} ${way}, ${of}.id ${way}`,
    beyond: (of: string) =>
      key && id
        ? `(${of}.${column}, ${of}.id) ${descending ? '<' : '>'} (${key}::${type}, ${id})`
        : 'true',
  };
};

/** Tickets `t` to take a page from, in the order of `by`. */
export type Source = { from: string; by: string };

/** The next `budget` tickets of the list, whatever the filter. */
export const allOfList = ({ beyond, order }: Parts, budget: number): Source => ({
  from: `(select * from ctt t where ${beyond('t')} ${order('t')} limit ${budget}) t`,
  by: 't',
});

/** The next `most` tickets of the list, and of these the first `budget` that the filter leaves. */
export const nextOfList = (parts: Parts, most: number, budget: number): Source => {
  const { from, by } = allOfList(parts, most);
  return {
    from: `(select * from ${from} where ${parts.conditions} ${parts.order(by)} limit ${budget}) t`,
    by,
  };
};

/**
 * The first `budget` tickets that the filter leaves, merged from the beginnings of the lists of each combination that it leaves: as
 * long as the combinations are few, however many tickets.
 */
export const nextOfFilter = (
  { conditions, beyond, order, column }: Parts,
  budget: number,
): Source => ({
  from: `(
    select f.id, f.${column} from ticket_count t cross join lateral (
      select f.id, f.${column} from ctt f
       where f.status = t.status and f.technology = t.technology and f.managed_services = t.managed_services
         and f.segment_group = t.segment_group and ${beyond('f')} ${order('f')} limit ${budget}) f
     where ${conditions} and t.count > 0 ${order('f')} limit ${budget}) m
    cross join lateral (select * from ctt where id = m.id offset 0) t`,
  by: 'm',
});

/** A page's tickets out of a source: those that fulfil a condition. */
export const takenFrom = (
  { order, length }: Parts,
  { from, by }: Source,
  condition = 'true',
): string => `select t.* from ${from} where ${condition} ${order(by)} limit ${length}`;

/** The rows of a page's tickets, in order. */
export const rowsOf = ({ order, column }: Parts, tickets: string): string => `
  select t.id, t.ticket_no, t.status, t.title, t.opened_at, t.${column}::text as sort_key,
         t.technology, t.managed_services, t.segment_group, l.customer
    from (${tickets}) t join service_line l on l.id = t.service_line_id ${order('t')}`;

/** The rows of a page, and of one ticket more if there is. `until`: where the list was looked at until, if not to its end. */
export type PageRows = { rows: TicketListRow[]; until?: [key: string, id: string] };

/** Reads the rows of the tickets that a statement answers. */
export const readRows = (
  db: Queryable,
  page: Page,
  ticketsOf: (parts: Parts) => string,
): Promise<TicketListRow[]> => {
  const parts = partsOf(page);
  const sql = rowsOf(parts, ticketsOf(parts));
  return run(db, ticketStatement<TicketListRow>('list-tickets', sql), parts.values);
};

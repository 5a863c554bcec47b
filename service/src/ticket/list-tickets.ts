import { judgeEligibility, type TicketList, type TicketListQuery, type TicketSort } from '@cpe-desk/contract';
import { one, type Queryable, run } from '../database.ts';
import { readCursor, writeCursor } from '../http/cursor.ts';
import { allMatches, hasText, MOST_MATCHES, matchText, searchedOf, textOf } from './match-text.ts';
import type { TicketListRow } from './queries.ts';
import { type TicketScope, ticketConditions, ticketStatement, visibleGroups } from './ticket-conditions.ts';

/**
 * How much of the list is looked at for one page before it is sought another way: `near` tickets for each that the page holds, or
 * `glance` where each has to be looked up for a text, and further ones up to `far` where `frequent` of those had it; `matches` are
 * tickets and lines that have a text. Where the filter leaves less than `narrow` of all tickets, a text is looked for in those only.
 */
export type Budgets = Record<'near' | 'glance' | 'far' | 'frequent' | 'matches' | 'narrow', number>;
const BUDGETS: Budgets = {
  near: 20,
  glance: 8,
  far: 400,
  frequent: 4,
  matches: MOST_MATCHES,
  narrow: 0.1,
};
/** Where the smallest page looks at least. */
const SMALLEST = 50;
/** Pages are read in one of these lengths, so that there are few statements; one row more tells that there is a next page. */
const LENGTHS = [51, 201, 1001];

/** The column behind each sort, as text in the cursor so that no precision of a timestamp is lost. */
const sorts: Record<TicketSort, { column: string; type: string; descending: boolean }> = {
  '-openedAt': { column: 'opened_at', type: 'timestamptz', descending: true },
  openedAt: { column: 'opened_at', type: 'timestamptz', descending: false },
  '-ticketNo': { column: 'ticket_no', type: 'text', descending: true },
  ticketNo: { column: 'ticket_no', type: 'text', descending: false },
};

type Page = Pick<TicketListQuery, 'limit' | 'sort'> & { after: readonly string[] };

/** The parts of a statement that finds the ids of a page's tickets. */
const partsOf = (query: TicketListQuery, { sort, after, limit }: Page, scope: TicketScope) => {
  const { column, type, descending } = sorts[sort];
  const { values, place, conditions } = ticketConditions(query, scope);
  const [key, id] = after.map(place);
  const way = descending ? 'desc' : 'asc';
  const length = LENGTHS.find((each) => each > limit) ?? limit + 1;
  return {
    ...{ values, place, conditions, column, length },
    order: (of: string) => `order by ${of}.${column} ${way}, ${of}.id ${way}`,
    beyond: (of: string) =>
      key && id ? `(${of}.${column}, ${of}.id) ${descending ? '<' : '>'} (${key}::${type}, ${id})` : 'true',
    text: textOf(query),
  };
};
type Parts = ReturnType<typeof partsOf>;

/** Walks along the list, past `budget` tickets at most. */
const walked = ({ conditions, order, beyond, length, place, text }: Parts, budget: number): string => `
  select t.id from (select * from ctt t where ${beyond('t')} ${order('t')} limit ${budget}) t
    ${text ? searchedOf : ''}
   where ${conditions} ${text ? `and ${hasText(text, place)}` : ''} ${order('t')} limit ${length}`;

/**
 * Merges the beginnings of the lists of each combination that the filter leaves, to one of `most` tickets: as long as the
 * combinations are few, however many tickets.
 */
const merged = ({ conditions, order, beyond, column, length }: Parts, most = length): string => `
  select f.id, f.${column} from ticket_count t cross join lateral (
    select f.id, f.${column} from ctt f
     where f.status = t.status and f.technology = t.technology and f.managed_services = t.managed_services
       and f.segment_group = t.segment_group and ${beyond('f')} ${order('f')} limit ${most}) f
   where ${conditions} and t.count > 0 ${order('f')} limit ${most}`;

/** Walks along what the filter leaves of the list, past `budget` of these at most, and takes what has the text. */
const walkedNarrow = (parts: Parts, text: string, budget: number): string => `
  select t.id from (${merged(parts, budget)}) m cross join lateral (select * from ctt where id = m.id offset 0) t
    ${searchedOf} where ${hasText(text, parts.place)} ${parts.order('m')} limit ${parts.length}`;

/** Takes those of the tickets that the filter leaves. Each is looked up: they are few beside all. */
const among = ({ conditions, order, beyond, length }: Parts, ids: string): string => `
  select t.id from (${ids}) as m(id) cross join lateral (select * from ctt where id = m.id offset 0) t
   where ${conditions} and ${beyond('t')} ${order('t')} limit ${length}`;

/** Twice what the page should need, as dense as it was so far; doubled from the first one, so that there are few statements. */
const furtherBudget = (found: number, limit: number, size: number, { glance, far }: Budgets): number => {
  if (found === 0) return far * size;
  const wanted = (2 * (limit + 1) * glance * size) / found;
  return Math.min(far * size, glance * size * 2 ** Math.ceil(Math.log2(wanted / (glance * size))));
};

/** How many tickets a filter leaves, without its text, and which part of all that is. */
const selectPassing = (db: Queryable, query: TicketListQuery, scope: TicketScope) => {
  const { values, conditions } = ticketConditions(query, scope);
  const sql = `select coalesce(sum(count), 0)::bigint as count, coalesce(sum(count) / nullif(max(all_of_them), 0), 0)::float8 as share
                 from (select t.*, sum(count) over () as all_of_them from ticket_count t) t where ${conditions}`;
  return one(db, ticketStatement<{ count: number; share: number }>('tickets-passing', sql), values);
};

/** The rows of one page and of one ticket more, if there are. */
const readPage = async (
  db: Queryable,
  query: TicketListQuery,
  page: Page,
  scope: TicketScope,
  budgets: Budgets,
): Promise<TicketListRow[]> => {
  const read = (ids: (parts: Parts) => string) => {
    const parts = partsOf(query, page, scope);
    const text = `select t.id, t.ticket_no, t.status, t.title, t.opened_at, t.${sorts[page.sort].column}::text as sort_key,
                         t.technology, t.managed_services, t.segment_group, l.customer
                    from (${ids(parts)}) p join ctt t on t.id = p.id join service_line l on l.id = t.service_line_id
                   ${parts.order('t')}`;
    return run(db, ticketStatement<TicketListRow>('list-tickets', text), parts.values);
  };
  const isFull = (rows: TicketListRow[]) => rows.length > page.limit;
  const size = Math.max(page.limit, SMALLEST);
  const text = textOf(query);
  const passing = text ? await selectPassing(db, query, scope) : undefined;
  const isNarrow = passing !== undefined && passing.share < budgets.narrow;
  const walk = (budget: number) =>
    read((parts) => (isNarrow && text ? walkedNarrow(parts, text, budget) : walked(parts, budget)));
  /** Whether there is nothing more to find: the page is full, or all that the filter leaves was looked at. */
  const isDone = (rows: TicketListRow[], budget: number) =>
    isFull(rows) || (isNarrow && passing.count <= budget);
  const first = (text ? budgets.glance : budgets.near) * size;
  const near = await walk(first);
  if (isDone(near, first)) return near;
  if (!text) return read((parts) => merged(parts));
  if (near.length >= budgets.frequent) {
    const budget = furtherBudget(near.length, page.limit, size, budgets);
    const further = await walk(budget);
    if (isDone(further, budget)) return further;
  }
  const { ids, isCut } = await matchText(db, text, budgets.matches);
  if (!isCut) return read((parts) => among(parts, `select unnest(${parts.place(ids)}::text[])`));
  const far = await walk(budgets.far * size);
  if (isDone(far, budgets.far * size)) return far;
  return read((parts) => among(parts, `select distinct id from (${allMatches(text, parts.place)}) a`));
};

/** One page of the tickets in the caller's segment groups; undefined for a cursor that is not one of this list's. */
export const listTickets = async (
  db: Queryable,
  query: TicketListQuery,
  scope: TicketScope,
  budgets = BUDGETS,
): Promise<TicketList | undefined> => {
  const after = query.cursor === undefined ? [] : readCursor(query.cursor, query.sort);
  if (!after) return undefined;
  if (visibleGroups(query, scope.scope).length === 0) return { items: [], nextCursor: null };
  const { limit, sort } = query;
  const rows = await readPage(db, query, { limit, sort, after }, scope, budgets);
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    items: page.map((row) => itemOf(row, scope)),
    nextCursor: rows.length > limit && last ? writeCursor(sort, [last.sort_key, last.id]) : null,
  };
};

const itemOf = (row: TicketListRow, { editableGroups }: TicketScope): TicketList['items'][number] => {
  const { technology, managed_services: managedServices, segment_group: segmentGroup, status } = row;
  return {
    id: row.id,
    ticketNo: row.ticket_no,
    status,
    title: row.title,
    openedAt: row.opened_at.toISOString(),
    customer: row.customer,
    ...{ segmentGroup, technology, managedServices },
    editable: judgeEligibility({ status, technology, managedServices, segmentGroup }, editableGroups)
      .editable,
  };
};

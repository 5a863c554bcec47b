import { hash } from 'node:crypto';
import type {
  SegmentGroup,
  Technology,
  TicketListQuery,
  TicketSort,
  TicketStatus,
} from '@cpe-desk/contract';
import type pg from 'pg';
import { type Statement, statement } from '../../platform/database/database.ts';
import { facetOf } from './facets.ts';

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
  has_olt: boolean;
  has_cpe: boolean;
};

/** The column behind each sort, as text in the cursor: a timestamp keeps its precision. */
const sorts: Record<TicketSort, { column: string; type: string; descending: boolean }> = {
  '-openedAt': { column: 'opened_at', type: 'timestamptz', descending: true },
  openedAt: { column: 'opened_at', type: 'timestamptz', descending: false },
  '-ticketNo': { column: 'ticket_no', type: 'text', descending: true },
  ticketNo: { column: 'ticket_no', type: 'text', descending: false },
};

/** A page of the list. `after`: where the page before ended; none for the first page. */
export type Page = Pick<TicketListQuery, 'limit' | 'sort'> & {
  facets: readonly string[];
  after: readonly string[];
};

/** Pages are read in one of these lengths, so that there are few statements. */
const LENGTHS = [50, 200, 1000];
export const lengthOf = ({ limit }: Pick<Page, 'limit'>): number =>
  LENGTHS.find((length) => length >= limit) ?? limit;

/** The parts of a statement that reads a page, with the values of its places. */
export type Parts = {
  values: unknown[];
  /** Adds a value and answers its place, as `$3`. */
  place: (value: unknown) => string;
  /** Whether the filter leaves a ticket, or a row of `ticket_count`. */
  isLeft: (of: string) => string;
  /** Whether a ticket comes after the page before. */
  isBeyond: (of: string) => string;
  order: (of: string) => string;
  column: string;
  /** One row more tells that there is a next page. */
  length: number;
};

export const partsOf = ({ sort, after, facets, limit }: Page): Parts => {
  const { column, type, descending } = sorts[sort];
  const values: unknown[] = [];
  const place = (value: unknown) => `$${values.push(value)}`;
  const wanted = place(facets);
  const [key, id] = after.map(place);
  const way = descending ? 'desc' : 'asc';
  return {
    ...{ values, place, column },
    length: lengthOf({ limit }) + 1,
    isLeft: (of) => `${facetOf(of)} = any(${wanted}::text[])`,
    isBeyond: (of) =>
      key && id
        ? `(${of}.${column}, ${of}.id) ${descending ? '<' : '>'} (${key}::${type}, ${id})`
        : 'true',
    order: (of) => `order by ${of}.${column} ${way}, ${of}.id ${way}`,
  };
};

/** What a list begins with: `order` of its tickets, and where they begin. */
export type Beginning = Pick<Parts, 'column' | 'order' | 'isBeyond'>;

/** The first `most` tickets of a list, whatever the filter. */
export const firstOfList = ({ order, isBeyond }: Beginning, most: number): string =>
  `(select * from ctt t where ${isBeyond('t')} ${order('t')} limit ${most})`;

/**
 * The first `most` tickets that the filter leaves: merged from the beginnings of the lists of each
 * combination.
 */
export const firstOfFilter = (
  { isLeft }: Pick<Parts, 'isLeft'>,
  { column, order, isBeyond }: Beginning,
  most: number,
): string => `(
  select t.* from (
    select f.id, f.${column} from ticket_count c cross join lateral (
      select f.id, f.${column} from ctt f
       where f.status = c.status and f.technology = c.technology
         and f.managed_services = c.managed_services and f.segment_group = c.segment_group
         and ${isBeyond('f')} ${order('f')} limit ${most}) f
     where ${isLeft('c')} and c.count > 0 ${order('f')} limit ${most}) m
   cross join lateral (select * from ctt where id = m.id offset 0) t)`;

/**
 * The rows of a page out of some tickets. With `exists` the planner would hash all CPEs and paths:
 * 1.3 ms with 5,000 lines. The look-ups by key cost 0.15 ms for 50 rows.
 */
export const pageOf = (
  { order, column, isLeft, isBeyond, length }: Parts,
  tickets: string,
): string => `
  select t.id, t.ticket_no, t.status, t.title, t.opened_at, t.${column}::text as sort_key,
         t.technology, t.managed_services, t.segment_group, l.customer,
         (select true from cpe where service_line_id = l.id limit 1) is not null as has_cpe,
         (select true from line_path p cross join lateral
                 (select from network_element
                   where id = p.network_element_id and kind = 'OLT' offset 0) e
           where p.service_line_id = l.id limit 1) is not null as has_olt
    from (select t.* from ${tickets} t where ${isLeft('t')} and ${isBeyond('t')}
           ${order('t')} limit ${length}) t
    join service_line l on l.id = t.service_line_id ${order('t')}`;

/** The text names itself: there are few statements, each prepared when first used. */
export const listStatement = <Row extends pg.QueryResultRow>(
  name: string,
  text: string,
): Statement<Row, unknown[]> =>
  statement<Row, unknown[]>(`${name}-${hash('sha256', text).slice(0, 16)}`, text);

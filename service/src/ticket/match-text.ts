import type { TicketFilter } from '@cpe-desk/contract';
import { containing, one, type Queryable, statement } from '../database.ts';

/** Tickets that have a text somewhere; `isCut`: there are more. */
export type TextMatches = { ids: string[]; isCut: boolean };

/** Of a text that more tickets, or lines, have than this, not all are collected. */
export const MOST_MATCHES = 2000;

/** The pattern that a filter searches for; undefined where it searches for nothing. */
export const patternOf = ({ q }: Pick<TicketFilter, 'q'>): string | undefined => {
  const text = q?.trim();
  return text ? containing(text) : undefined;
};

/** A ticket has few tickets beside it on its line. */
const TICKETS_PER_LINE = 5;

/** Each branch has an index of its own; an OR over three tables would have none. */
const lines = (most: string) => `
  (select id from service_line where customer ilike $1 ${most})
  union (select id from service_line where id ilike $1 ${most})
  union (select service_line_id from cpe where serial_number ilike $1 ${most})
  union (select service_line_id from cpe where ip_address ilike $1 ${most})`;

/** The ids of all tickets that have the text, as a subquery: as many as there are. */
export const allMatches = (placeholder: string): string =>
  `select id from ctt where ticket_no ilike ${placeholder}
   union all select m.id from ctt m where m.service_line_id in (${lines('').replaceAll('$1', placeholder)})`;

// Without a name: planned for each text, since few or many rows have it.
const selectMatches = (most: number) =>
  statement<{ ids: string[]; is_cut: boolean }, [pattern: string]>(
    '',
    `with numbers as materialized (select id from ctt where ticket_no ilike $1 limit ${most + 1}),
          lines as materialized (${lines(`limit ${most + 1}`)}),
          found as materialized (
            select id from numbers union
            select t.id from lines l cross join lateral
              (select id from ctt where service_line_id = l.id offset 0) t limit ${most * TICKETS_PER_LINE + 1})
     select array(select id from found) as ids,
            (select count(*) from numbers) > ${most} or (select count(*) from lines) > ${most}
              or (select count(*) from found) > ${most * TICKETS_PER_LINE} as is_cut`,
  );

/** The tickets whose number, customer, line id, serial number or address has the text, in any case; not many more than `most`. */
export const matchText = async (
  db: Queryable,
  pattern: string,
  most = MOST_MATCHES,
): Promise<TextMatches> => {
  const { ids, is_cut } = await one(db, selectMatches(most), [pattern]);
  return { ids, isCut: is_cut };
};

/** Joins what a ticket `t` is searched in; laterally, so that it is looked up for each ticket and never read whole. */
export const searchedOf = `
  cross join lateral (select id, customer from service_line where id = t.service_line_id offset 0) l
  left join lateral (select serial_number, ip_address from cpe where service_line_id = t.service_line_id offset 0) c on true`;

/** Whether a ticket has the text, after `searchedOf`. */
export const hasText = (placeholder: string): string =>
  `(${['t.ticket_no', 'l.customer', 'l.id', 'c.serial_number', 'c.ip_address'].map((column) => `${column} ilike ${placeholder}`).join(' or ')})`;

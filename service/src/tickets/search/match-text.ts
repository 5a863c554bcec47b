import type { TicketFilter } from '@cpe-desk/contract';
import { containing } from '../../platform/database/database.ts';

/** The text that a filter searches for; undefined where it searches for nothing. */
export const textOf = ({ q }: Pick<TicketFilter, 'q'>): string | undefined =>
  q?.trim() || undefined;

/** Joins what a ticket `t` is searched in; laterally, so that it is looked up for each ticket and never read whole. */
export const searchedOf = `
  cross join lateral (select id, customer from service_line where id = t.service_line_id offset 0) l
  left join lateral (select serial_number, ip_address from cpe where service_line_id = t.service_line_id offset 0) c on true`;

const SEARCHED = ['t.ticket_no', 'l.customer', 'l.id', 'c.serial_number', 'c.ip_address'];

/** Whether a ticket has the text, after `searchedOf`. `place` gives the place of a value. */
export const hasText = (q: string, place: (value: unknown) => string): string => {
  const text = place(containing(q));
  return `(${SEARCHED.map((column) => `${column} ilike ${text}`).join(' or ')})`;
};

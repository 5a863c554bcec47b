import type { TicketListItem, TicketListQuery } from '@cpe-desk/contract';
import type { Pool } from '../platform/database/database.ts';
import { listTickets } from './list-tickets.ts';
import type { TicketScope } from './search/ticket-conditions.ts';

const PAGE = 1000;

const HEADER = [
  'ticket',
  'status',
  'title',
  'opened at',
  'customer',
  'segment group',
  'technology',
  'managed services',
  'editable',
];

/**
 * A spreadsheet reads these characters at the beginning of a cell as a formula (OWASP, CSV
 * Injection). A quote makes them text.
 */
const escapeFormula = (value: string): string =>
  /^[=+\-@\t\r\0]/.test(value) ? `'${value}` : value;

/** RFC 4180 2.5 to 2.7. */
const field = (value: string): string => {
  const escaped = escapeFormula(value);
  return /[",\r\n]/.test(escaped) ? `"${escaped.replaceAll('"', '""')}"` : escaped;
};

const line = (values: readonly string[]): string => `${values.map(field).join(',')}\r\n`;

const valuesOf = (ticket: TicketListItem): string[] => [
  ticket.ticketNo,
  ticket.status,
  ticket.title,
  ticket.openedAt,
  ticket.customer,
  ticket.segmentGroup,
  ticket.technology,
  String(ticket.managedServices),
  String(ticket.editable),
];

/**
 * All tickets of a filter as CSV (RFC 4180, UTF-8). The next page is read when the reader has taken
 * the previous one. Ends early where the reader has left.
 */
export async function* exportTickets(
  db: Pool,
  query: Omit<TicketListQuery, 'limit' | 'cursor'>,
  scope: TicketScope,
): AsyncGenerator<string> {
  yield line(HEADER);
  for (let cursor: string | undefined; ; ) {
    const page = await listTickets(db, { ...query, cursor, limit: PAGE }, scope);
    if (!page) throw new Error('listTickets refused its own cursor');
    yield page.items.map((ticket) => line(valuesOf(ticket))).join('');
    if (page.nextCursor === null) return;
    cursor = page.nextCursor;
  }
}

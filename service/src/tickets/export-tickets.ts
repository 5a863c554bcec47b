import type { TicketExportQuery, TicketListItem } from '@cpe-desk/contract';
import type { Pool } from '../platform/database/database.ts';
import { type ListScope, listTickets } from './list-tickets.ts';

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
 * All tickets of a filter as rows of text, after a row of headings. The next page is read when the
 * reader has taken the previous one. Ends early where the reader has left.
 */
export async function* exportTickets(
  db: Pool,
  { ids, ...query }: TicketExportQuery,
  scope: ListScope,
): AsyncGenerator<string[]> {
  yield HEADER;
  for (let cursor: string | undefined; ; ) {
    const page = await listTickets(db, { ...query, cursor, limit: PAGE }, scope, {
      isComplete: true,
      ids,
    });
    if (!page) throw new Error('listTickets refused its own cursor');
    for (const ticket of page.items) yield valuesOf(ticket);
    if (page.nextCursor === null) return;
    cursor = page.nextCursor;
  }
}

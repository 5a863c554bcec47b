import { bulkValueColumns, type TicketListQuery } from '@cpe-desk/contract';
import type { Pool } from '../../platform/database/database.ts';
import { type ListScope, listTickets } from '../../tickets/list-tickets.ts';

const PAGE = 1000;

const HEADINGS = ['ticket', ...bulkValueColumns, 'reason'];

/**
 * The columns of a bulk, and a row for each ticket of the filter, if there is one. Empty cells keep
 * what is recorded.
 */
export async function* templateRows(
  db: Pool,
  filter: Omit<TicketListQuery, 'limit' | 'cursor'> | undefined,
  scope: ListScope,
): AsyncGenerator<string[]> {
  yield HEADINGS;
  for (let cursor: string | undefined; filter; ) {
    const page = await listTickets(db, { ...filter, cursor, limit: PAGE }, scope, {
      isComplete: true,
    });
    if (!page) throw new Error('listTickets refused its own cursor');
    for (const { ticketNo } of page.items) yield [ticketNo, ...HEADINGS.slice(1).map(() => '')];
    if (page.nextCursor === null) return;
    cursor = page.nextCursor;
  }
}

import {
  BACKGROUND,
  type TicketListQuery,
  ticketCountsSchema,
  ticketListSchema,
  ticketSchema,
} from '@cpe-desk/contract';
import { request } from '../shell/request.ts';
import { filterQuery, type TicketFilters } from './ticket-filters.ts';

export type Page = { cursor: string | null; limit: TicketListQuery['limit'] };

/** One page of the tickets that the caller may see. */
export const listTickets = (
  filters: TicketFilters,
  { cursor, limit }: Page,
  signal: AbortSignal,
) => {
  const query = new URLSearchParams({
    ...filterQuery(filters),
    limit: String(limit),
    ...(cursor !== null && { cursor }),
  });
  return request(ticketListSchema, `/ticket/ctt?${query}`, { signal });
};

/** The beginning of the list, asked for by the page itself: this does not extend the session. */
export const watchTickets = (filters: TicketFilters, limit: Page['limit']) => {
  const query = new URLSearchParams({ ...filterQuery(filters), limit: String(limit) });
  return request(ticketListSchema, `/ticket/ctt?${query}`, { headers: { [BACKGROUND]: '1' } });
};

export const loadTicket = (id: string, signal: AbortSignal) =>
  request(ticketSchema, `/ticket/ctt/${encodeURIComponent(id)}`, { signal });

/** How many tickets there are of each status and segment group, with the other filters on. */
export const countTickets = (filters: TicketFilters, signal: AbortSignal) => {
  const { sort: _, ...query } = filterQuery(filters);
  return request(ticketCountsSchema, `/ticket/ctt/counts?${new URLSearchParams(query)}`, {
    signal,
  });
};

import { ticketListSchema } from '@cpe-desk/contract';
import { request } from './request.ts';

/** The command palette shows so many tickets; the list has the others. */
const MOST = 6;

/** The newest tickets that a text finds. */
export const findTickets = (text: string, signal: AbortSignal) =>
  request(
    ticketListSchema,
    `/ticket/ctt?${new URLSearchParams({ q: text, limit: String(MOST) })}`,
    {
      signal,
    },
  );

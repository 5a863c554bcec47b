import type { FastifyReply } from 'fastify';
import { sendProblem } from '../platform/http/problem.ts';
import type { TicketDeps } from './deps.ts';
import { type LoadedTicket, loadTicket, ticketNotFound } from './load-ticket.ts';

type Lookup = {
  params: { id: string };
  caller: { segmentGroups: Parameters<typeof loadTicket>[2] };
};

/** Answers with the result of `use` for the requested ticket, or that the ticket does not exist. */
export const withTicket = async <Answer>(
  deps: Pick<TicketDeps, 'db'>,
  { params, caller }: Lookup,
  reply: FastifyReply,
  use: (ticket: LoadedTicket) => Promise<Answer>,
): Promise<Answer | FastifyReply> => {
  const ticket = await loadTicket(deps.db, params.id, caller.segmentGroups);
  return ticket ? use(ticket) : sendProblem(reply, ticketNotFound(params.id));
};

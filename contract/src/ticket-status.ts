import * as z from 'zod';

export const ticketStatuses = [
  'acknowledged',
  'inProgress',
  'held',
  'pending',
  'resolved',
  'closed',
  'cancelled',
  'rejected',
] as const;
export type TicketStatus = (typeof ticketStatuses)[number];

/** The lifecycle of a trouble ticket (TM Forum TMF621). */
export const ticketTransitions: Readonly<Record<TicketStatus, readonly TicketStatus[]>> = {
  acknowledged: ['inProgress', 'cancelled', 'rejected'],
  inProgress: ['held', 'pending', 'resolved', 'cancelled'],
  held: ['inProgress'],
  pending: ['inProgress', 'cancelled'],
  resolved: ['closed', 'inProgress'],
  closed: [],
  cancelled: [],
  rejected: [],
};

export const ticketStatusSchema = z.enum(ticketStatuses);

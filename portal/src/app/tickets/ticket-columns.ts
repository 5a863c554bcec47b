import { signal } from '@angular/core';
import type { TicketSort } from '@cpe-desk/contract';
import * as z from 'zod';
import { keptForGood } from '../storage/kept.ts';

/** The columns beside the ticket's number, which is always there. */
export const ticketColumns = [
  'status',
  'title',
  'customer',
  'segmentGroup',
  'technology',
  'managedServices',
  'editable',
  'openedAt',
] as const;
export type TicketColumn = (typeof ticketColumns)[number];

/** Until somebody chooses: what decides which ticket to open. */
const usual = ticketColumns.filter((column) => column !== 'managedServices');

const KEPT = 'ticket-columns';
const keptSchema = z.array(z.enum(ticketColumns));

const chosen = signal<readonly TicketColumn[]>(keptForGood.read(KEPT, keptSchema) ?? usual);

/** The columns that this person wants to see, in their order. */
export const chosenColumns = chosen.asReadonly();

/** Shows a column or hides it. */
export const toggleColumn = (column: TicketColumn): void => {
  const now = new Set(chosen());
  if (!now.delete(column)) now.add(column);
  chosen.set(ticketColumns.filter((each) => now.has(each)));
  keptForGood.keep(KEPT, chosen());
};

/** The sort that a heading stands for, upwards; the others have no index to be read along. */
export const sortOf = (column: TicketColumn | 'ticket'): 'openedAt' | 'ticketNo' | null =>
  column === 'openedAt' ? 'openedAt' : column === 'ticket' ? 'ticketNo' : null;

/** The sort after a heading is pressed: downwards first, then the other way. */
export const nextSort = (way: 'openedAt' | 'ticketNo', now: TicketSort): TicketSort =>
  now === `-${way}` ? way : `-${way}`;

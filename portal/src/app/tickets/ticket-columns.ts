import { signal } from '@angular/core';
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

const KEPT = 'ticket-columns';
const keptSchema = z.array(z.enum(ticketColumns));

const chosen = signal<readonly TicketColumn[]>(keptForGood.read(KEPT, keptSchema) ?? ticketColumns);

/** The columns that this person wants to see, in their order. */
export const chosenColumns = chosen.asReadonly();

/** Shows a column or hides it. */
export const toggleColumn = (column: TicketColumn): void => {
  const now = new Set(chosen());
  if (!now.delete(column)) now.add(column);
  chosen.set(ticketColumns.filter((each) => now.has(each)));
  keptForGood.keep(KEPT, chosen());
};

import { signal } from '@angular/core';
import * as z from 'zod';
import { keptForGood } from '../storage/kept.ts';
import { caller } from './session.ts';

/** A ticket that the person opened. Its number names no customer. */
type Recent = { id: string; ticketNo: string };

const MOST = 8;
const KEPT = 'recent-tickets';
const keptSchema = z.object({
  person: z.string(),
  tickets: z.array(z.object({ id: z.string(), ticketNo: z.string() })),
});

const recent = signal<readonly Recent[]>([]);

/** The tickets that this person opened last in this browser, the latest first. */
export const recentTickets = recent.asReadonly();

const load = (): readonly Recent[] => {
  const kept = keptForGood.read(KEPT, keptSchema);
  return kept && kept.person === caller()?.id ? kept.tickets : [];
};

/** Remembers that a ticket was opened. Another tab may have opened others meanwhile. */
export const rememberTicket = ({ id, ticketNo }: Recent): void => {
  const person = caller()?.id;
  if (person === undefined) return;
  const tickets = [{ id, ticketNo }, ...load().filter((each) => each.id !== id)].slice(0, MOST);
  keptForGood.keep(KEPT, { person, tickets });
  recent.set(tickets);
};

/** Reads what this person's other tabs remembered. */
export const readRecentTickets = (): void => recent.set(load());

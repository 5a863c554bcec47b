import type { TicketRecord } from '../../../service/src/import/record.ts';
import { DEMO_DAY, lineId, range, ticketId, ticketNo } from './ids.ts';
import { lineNumbers } from './lines.ts';
import { troubles } from './names.ts';
import { mix, type Random } from './random.ts';

/** Numbers of the tickets that are not a scenario's. */
export const ticketNumbers = range(101, 5100);

const DAY_MS = 86_400_000;
/** From one ticket to the next: all of them are of 300 days. */
const STEP_MS = (300 * DAY_MS) / ticketNumbers.length;
/** Older tickets are mostly over. */
const RECENT_DAYS = 45;

const recent = mix({
  ...{ acknowledged: 20, inProgress: 35, held: 10, pending: 12 },
  ...{ resolved: 10, closed: 8, cancelled: 3, rejected: 2 },
});
const old = mix({
  closed: 70,
  resolved: 12,
  cancelled: 8,
  rejected: 5,
  held: 2,
  pending: 2,
  inProgress: 1,
});

/** One ticket that is not a scenario's: the higher its number, the later it was opened. */
export const demoTicket = (number: number, random: Random): TicketRecord => {
  const age = (5101 - number) * STEP_MS - random.below(Math.floor(STEP_MS / 2));
  return {
    type: 'ticket',
    id: ticketId(number),
    ticketNo: ticketNo(number),
    status: random.pick(age < RECENT_DAYS * DAY_MS ? recent : old),
    title: random.pick(troubles),
    openedAt: new Date(DEMO_DAY.getTime() - age).toISOString(),
    serviceLineId: lineId(random.pick(lineNumbers)),
  };
};

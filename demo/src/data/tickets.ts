import type { TicketStatus } from '@cpe-desk/contract';
import type { TicketRecord } from '../../../service/src/import/parse-line.ts';
import { DEMO_DAY, lineId, ticketId, ticketNo } from './ids.ts';
import { FIRST_LINE, LAST_LINE } from './lines.ts';
import { troubleTitle } from './names.ts';
import type { Random } from './random.ts';

/** Numbers of the tickets that are not a scenario's. */
export const FIRST_TICKET = 101;
export const LAST_TICKET = 5100;

const DAY_MS = 86_400_000;
const DAYS = 300;
/** Older tickets are mostly over. */
const RECENT_DAYS = 45;

const recent: readonly (readonly [TicketStatus, number])[] = [
  ['acknowledged', 20],
  ['inProgress', 35],
  ['held', 10],
  ['pending', 12],
  ['resolved', 10],
  ['closed', 8],
  ['cancelled', 3],
  ['rejected', 2],
];
const old: readonly (readonly [TicketStatus, number])[] = [
  ['closed', 70],
  ['resolved', 12],
  ['cancelled', 8],
  ['rejected', 5],
  ['held', 2],
  ['pending', 2],
  ['inProgress', 1],
];

/** One ticket that is not a scenario's: the higher its number, the later it was opened. */
export const demoTicket = (number: number, random: Random): TicketRecord => {
  const step = (DAYS * DAY_MS) / (LAST_TICKET - FIRST_TICKET + 1);
  const age = (LAST_TICKET + 1 - number) * step - random.below(Math.floor(step / 2));
  return {
    type: 'ticket',
    id: ticketId(number),
    ticketNo: ticketNo(number),
    status: random.weighted(age < RECENT_DAYS * DAY_MS ? recent : old),
    title: troubleTitle(random),
    openedAt: new Date(DEMO_DAY.getTime() - age).toISOString(),
    serviceLineId: lineId(FIRST_LINE + random.below(LAST_LINE - FIRST_LINE + 1)),
  };
};

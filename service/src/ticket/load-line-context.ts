import { changedFields, cpeSchema, type Ticket, ticketStatusSchema } from '@cpe-desk/contract';
import { z } from 'zod';
import { one, type Queryable } from '../database.ts';
import type { LoadedTicket } from './load-ticket.ts';
import { selectLineContext } from './queries.ts';

/** More than anybody looks through on the page of one ticket. */
const MOST_OTHERS = 20;

const othersJson = z.array(
  z
    .object({ id: z.string(), ticket_no: z.string(), status: ticketStatusSchema, opened_at: z.coerce.date() })
    .transform((row) => ({
      id: row.id,
      ticketNo: row.ticket_no,
      status: row.status,
      openedAt: row.opened_at.toISOString(),
    })),
);

const lastEntryJson = z.object({ actor_name: z.string(), after: cpeSchema }).nullable();

/** What a person looks at beside a ticket. All tickets of a line are of its segment group: who sees one sees the others. */
export const loadLineContext = async (
  db: Queryable,
  { id, line, cpe }: Pick<LoadedTicket, 'id' | 'line' | 'cpe'>,
): Promise<Pick<Ticket, 'cpeRecorded' | 'otherTickets'>> => {
  const row = await one(db, selectLineContext, [line.id, id, MOST_OTHERS]);
  const last = lastEntryJson.parse(row.last_entry);
  // An import may have replaced what the last update wrote.
  const by = cpe && last && changedFields(cpe, last.after).length === 0 ? last.actor_name : null;
  return {
    cpeRecorded: row.recorded_at && { at: row.recorded_at.toISOString(), by },
    otherTickets: othersJson.parse(row.others),
  };
};

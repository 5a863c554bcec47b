import {
  changedFields,
  cpeSchema,
  type LineFacts,
  networkOf,
  type Ticket,
  ticketStatusSchema,
} from '@cpe-desk/contract';
import { z } from 'zod';
import { one, type Queryable } from '../platform/database/database.ts';
import type { LoadedTicket } from './load-ticket.ts';
import { selectLineContext } from './tickets.sql.ts';

/** More than a person reads on the page of one ticket. */
const MOST_OTHERS = 20;
/** Enough lines of an OLT to show its prefixes. */
const MOST_ADDRESSES = 200;
const MOST_PREFIXES = 3;

const othersJson = z.array(
  z
    .object({
      id: z.string(),
      ticket_no: z.string(),
      status: ticketStatusSchema,
      opened_at: z.coerce.date(),
    })
    .transform((row) => ({
      id: row.id,
      ticketNo: row.ticket_no,
      status: row.status,
      openedAt: row.opened_at.toISOString(),
    })),
);

const lastEntryJson = z.object({ actor_name: z.string(), after: cpeSchema }).nullable();

const nigDriftJson = z
  .object({ seen_at: z.coerce.date(), held: cpeSchema.nullable() })
  .transform(({ seen_at, held }) => ({ seenAt: seen_at.toISOString(), held }))
  .nullable();

const mostUsed = (prefixes: readonly (string | undefined)[]): string[] => {
  const counts = new Map<string, number>();
  for (const prefix of prefixes) if (prefix) counts.set(prefix, (counts.get(prefix) ?? 0) + 1);
  const byCount = [...counts].sort(([a, m], [b, n]) => n - m || a.localeCompare(b));
  return byCount.slice(0, MOST_PREFIXES).map(([prefix]) => prefix);
};

/**
 * The context that a person needs beside a ticket. All tickets of a line have its segment group, so
 * a person who sees one sees all.
 */
export const loadLineContext = async (
  db: Queryable,
  { id, line, cpe, olt }: Pick<LoadedTicket, 'id' | 'line' | 'cpe' | 'olt'>,
): Promise<
  Pick<Ticket, 'cpeRecorded' | 'otherTickets' | 'nigDrift'> &
    Pick<LineFacts, 'oltPrefixes' | 'knowsDualStack'>
> => {
  const row = await one(db, selectLineContext, [
    line.id,
    id,
    MOST_OTHERS,
    olt?.id ?? null,
    MOST_ADDRESSES,
  ]);
  const last = lastEntryJson.parse(row.last_entry);
  // An import may have replaced the CPE of the last update.
  const by = cpe && last && changedFields(cpe, last.after).length === 0 ? last.actor_name : null;
  return {
    cpeRecorded: row.recorded_at && { at: row.recorded_at.toISOString(), by },
    otherTickets: othersJson.parse(row.others),
    nigDrift: nigDriftJson.parse(row.nig_drift),
    knowsDualStack: row.knows_dual_stack,
    oltPrefixes: mostUsed(row.addresses.map(networkOf)),
  };
};

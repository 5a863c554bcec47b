import { type CpeComparison, changedFields, cpeSchema } from '@cpe-desk/contract';
import { maybeOne, type Queryable } from '../platform/database/database.ts';
import type { LoadedTicket } from '../tickets/load-ticket.ts';
import { selectCpeAt } from './history.sql.ts';

type Line = Pick<LoadedTicket, 'line' | 'cpe'>;

/**
 * The CPE of a line at a moment. A line without history has always had its present CPE, as far as
 * the desk knows.
 */
const cpeAt = async (
  db: Queryable,
  { line, cpe }: Line,
  at: string,
): Promise<CpeComparison['first']> => {
  const found = await maybeOne(db, selectCpeAt, [line.id, at]);
  return {
    at: new Date(at).toISOString(),
    cpe: found ? cpeSchema.parse(found.cpe) : cpe && cpeSchema.parse(cpe),
    sequence: found?.sequence ?? null,
  };
};

/** The CPE of a ticket's line at two moments, and the fields that differ. */
export const compareMoments = async (
  db: Queryable,
  ticket: Line,
  { first, second }: { first: string; second: string },
): Promise<CpeComparison> => {
  const [before, after] = await Promise.all([cpeAt(db, ticket, first), cpeAt(db, ticket, second)]);
  return {
    serviceLineId: ticket.line.id,
    first: before,
    second: after,
    changed: before.cpe && after.cpe ? changedFields(before.cpe, after.cpe) : [],
  };
};

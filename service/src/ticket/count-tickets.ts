import {
  MOST_COUNTED,
  segmentGroups,
  type TicketCounts,
  type TicketFilter,
  ticketCountsSchema,
  ticketStatuses,
} from '@cpe-desk/contract';
import { type Queryable, run } from '../database.ts';
import { type TicketScope, ticketConditions, ticketStatement, visibleGroups } from './ticket-conditions.ts';

type Count = { value: string; count: number };

/** Counts the tickets of each value of a column, each to its limit: millions are never counted through. */
const countBy = async (
  db: Queryable,
  column: string,
  among: readonly string[],
  filter: TicketFilter,
  scope: TicketScope,
): Promise<Map<string, number>> => {
  if (visibleGroups(filter, scope.scope).length === 0) return new Map();
  const { values, place, conditions } = ticketConditions(filter, scope);
  const text = `select v.value, (select count(*) from (
      select from ctt t join service_line l on l.id = t.service_line_id
       where ${conditions.join(' and ')} and ${column} = v.value limit ${place(MOST_COUNTED + 1)}) found) as count
    from unnest(${place(among)}::text[]) as v(value)`;
  const rows = await run(db, ticketStatement<Count>('count-tickets', text), values);
  return new Map(rows.map(({ value, count }) => [value, count]));
};

const recordOf = (among: readonly string[], counts: Map<string, number>) =>
  Object.fromEntries(among.map((value) => [value, counts.get(value) ?? 0]));

/** How many tickets of each status and segment group the caller may see, each with the other filters on. */
export const countTickets = async (
  db: Queryable,
  filter: TicketFilter,
  scope: TicketScope,
): Promise<TicketCounts> => {
  const { status: _status, ...anyStatus } = filter;
  const { segmentGroup: _segmentGroup, ...anyGroup } = filter;
  const byStatus = await countBy(db, 't.status', ticketStatuses, anyStatus, scope);
  const byGroup = await countBy(db, 'l.segment_group', segmentGroups, anyGroup, scope);
  return ticketCountsSchema.parse({
    status: recordOf(ticketStatuses, byStatus),
    segmentGroup: recordOf(segmentGroups, byGroup),
  });
};

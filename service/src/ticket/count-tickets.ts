import {
  type SegmentGroup,
  segmentGroups,
  type TicketCounts,
  type TicketFilter,
  type TicketStatus,
  ticketCountsSchema,
  ticketStatuses,
} from '@cpe-desk/contract';
import { type Queryable, run } from '../database.ts';
import { matchText, patternOf } from './match-text.ts';
import { type TicketScope, ticketConditions, ticketStatement, visibleGroups } from './ticket-conditions.ts';

type Cell = { status: TicketStatus; segment_group: SegmentGroup; count: number };

/** The tickets by status and segment group at once, with the other filters on. */
const cellsOf = async (
  db: Queryable,
  filter: TicketFilter,
  scope: TicketScope,
  mostMatches?: number,
): Promise<{ cells: Cell[]; isAtLeast: boolean }> => {
  const { values, place, conditions } = ticketConditions(filter, scope);
  const pattern = patternOf(filter);
  const found = pattern && (await matchText(db, pattern, mostMatches));
  const counted = found
    ? `count(*) as count from ctt t where t.id = any(${place(found.ids)}::text[])`
    : 'sum(t.count)::bigint as count from ticket_count t where true';
  const text = `select t.status, t.segment_group, ${counted} and ${conditions} group by 1, 2`;
  const cells = await run(db, ticketStatement<Cell>('count-tickets', text), values);
  return { cells, isAtLeast: found ? found.isCut : false };
};

const sumBy = (among: readonly string[], cells: readonly Cell[], keyOf: (cell: Cell) => string) =>
  Object.fromEntries(
    among.map((key) => [
      key,
      cells.filter((cell) => keyOf(cell) === key).reduce((sum, { count }) => sum + count, 0),
    ]),
  );

/** How many tickets of each status and segment group the caller may see, each with the other filters on. */
export const countTickets = async (
  db: Queryable,
  { status, segmentGroup, ...others }: TicketFilter,
  scope: TicketScope,
  mostMatches?: number,
): Promise<TicketCounts> => {
  const { cells, isAtLeast } = await cellsOf(db, others, scope, mostMatches);
  const groups = visibleGroups({ segmentGroup }, scope.scope);
  const inGroups = cells.filter((cell) => groups.includes(cell.segment_group));
  const inStatus = cells.filter((cell) => !status || status.includes(cell.status));
  return ticketCountsSchema.parse({
    status: sumBy(ticketStatuses, inGroups, (cell) => cell.status),
    segmentGroup: sumBy(segmentGroups, inStatus, (cell) => cell.segment_group),
    isAtLeast,
  });
};

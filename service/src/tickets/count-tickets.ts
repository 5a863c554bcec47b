import {
  type SegmentGroup,
  segmentGroups,
  type TicketCounts,
  type TicketFilter,
  type TicketStatus,
  ticketCountsSchema,
  ticketStatuses,
} from '@cpe-desk/contract';
import { type Queryable, run } from '../platform/database/database.ts';
import { textOf } from './list-tickets.ts';
import { facetsOf, type TicketScope, visibleGroups } from './search/facets.ts';
import { listStatement, type Page, type Parts, partsOf } from './search/list-statements.ts';
import { type Found, type Search, searchTickets } from './search/search-tickets.ts';

type CountOptions = Pick<Search, 'candidates' | 'searched'>;

type Cell = { status: TicketStatus; segment_group: SegmentGroup; count: number };

const sumOf = (cells: readonly Cell[]): number => cells.reduce((sum, { count }) => sum + count, 0);

/** Neither order nor length matter to a count. */
const EVERY: Omit<Page, 'facets'> = { sort: '-openedAt', limit: 1, after: [] };

const cellsOf =
  (count: string) =>
  ({ isLeft }: Pick<Parts, 'isLeft'>, tickets: string): string =>
    `select t.status, t.segment_group, ${count} as count from ${tickets} t
      where ${isLeft('t')} group by 1, 2`;

/** The tickets by status and segment group together, with the other filters applied. */
const countCells = async (
  db: Queryable,
  filter: TicketFilter,
  scope: TicketScope,
  options: CountOptions,
): Promise<Found<Cell>> => {
  const page = { ...EVERY, facets: facetsOf(filter, scope) };
  const q = textOf(filter);
  if (q) return searchTickets({ db, q, page, scope: scope.scope, ...options }, cellsOf('count(*)'));
  const parts = partsOf(page);
  const sql = cellsOf('sum(t.count)::bigint')(parts, 'ticket_count');
  return {
    rows: await run(db, listStatement<Cell>('count-tickets', sql), parts.values),
    isPartial: false,
  };
};

const sumBy = (among: readonly string[], cells: readonly Cell[], keyOf: (cell: Cell) => string) =>
  Object.fromEntries(among.map((key) => [key, sumOf(cells.filter((cell) => keyOf(cell) === key))]));

/**
 * The number of tickets of each status and segment group that the caller may see, with the other
 * filters applied.
 */
export const countTickets = async (
  db: Queryable,
  { status, segmentGroup, ...others }: TicketFilter,
  scope: TicketScope,
  options: CountOptions = {},
): Promise<TicketCounts> => {
  const { rows, isPartial } = await countCells(db, others, scope, options);
  const groups = visibleGroups({ segmentGroup }, scope.scope);
  const inGroups = rows.filter((cell) => groups.includes(cell.segment_group));
  const inStatus = rows.filter((cell) => !status || status.includes(cell.status));
  return ticketCountsSchema.parse({
    status: sumBy(ticketStatuses, inGroups, (cell) => cell.status),
    segmentGroup: sumBy(segmentGroups, inStatus, (cell) => cell.segment_group),
    isAtLeast: isPartial,
  });
};

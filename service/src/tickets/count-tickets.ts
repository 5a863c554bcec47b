import {
  type SegmentGroup,
  segmentGroups,
  type TicketCounts,
  type TicketFilter,
  type TicketStatus,
  ticketCountsSchema,
  ticketStatuses,
} from '@cpe-desk/contract';
import { one, type Queryable, run } from '../platform/database/database.ts';
import { hasText, searchedOf, textOf } from './search/match-text.ts';
import { IS_WHOLE, MOST_MATCHES, type MostMatches, seekTickets } from './search/seek-text.ts';
import { readPatterns } from './search/text-patterns.ts';
import {
  type TicketScope,
  ticketConditions,
  ticketStatement,
  visibleGroups,
} from './search/ticket-conditions.ts';
import { countTicketsOfAll } from './tickets.sql.ts';

type Cell = { status: TicketStatus; segment_group: SegmentGroup; count: number };

/**
 * A text that `frequent` of the `newest` tickets have is counted among these only, where more than
 * `matches` tickets should have it, and so is one that says nothing to the indexes; any other is
 * sought, and where more than `most` numbers or lines have it, the tickets of `some` of each are
 * counted.
 */
type CountBudgets = {
  newest: number;
  frequent: number;
  matches: number;
  most: MostMatches;
  some: number;
};
const BUDGETS: CountBudgets = {
  newest: 1500,
  frequent: 15,
  matches: 2000,
  most: MOST_MATCHES,
  some: 400,
};

const sumOf = (cells: readonly Cell[]): number => cells.reduce((sum, { count }) => sum + count, 0);

/** The cells of the newest tickets that have a text. */
const newestCells = (
  db: Queryable,
  filter: TicketFilter,
  scope: TicketScope,
  text: string,
  most: number,
) => {
  const { values, place, conditions } = ticketConditions(filter, scope);
  const sql = `select t.status, t.segment_group, count(*) as count
                 from (select * from ctt order by opened_at desc, id desc limit ${most}) t ${searchedOf}
                where ${conditions} and ${hasText(text, place)} group by 1, 2`;
  return run(db, ticketStatement<Cell>('count-newest-tickets', sql), values);
};

type Counted = { cells: Cell[]; isAtLeast: boolean };

/** The cells of a text. */
const cellsWithText = async (
  db: Queryable,
  filter: TicketFilter,
  scope: TicketScope,
  text: string,
  { newest, frequent, matches, most, some }: CountBudgets,
): Promise<Counted> => {
  const { count: all } = await one(db, countTicketsOfAll, []);
  const amongNewest = {
    cells: await newestCells(db, filter, scope, text, newest),
    isAtLeast: all > newest,
  };
  const found = sumOf(amongNewest.cells);
  if (!amongNewest.isAtLeast || (found >= frequent && (found / newest) * all > matches))
    return amongNewest;
  const patterns = await readPatterns(db, text);
  if (!patterns) return amongNewest;
  const filtered = ticketConditions(filter, scope);
  const { rows, isCut, isVague } = await seekTickets<Cell>(
    db,
    { ...filtered, patterns, most },
    (isOf) => {
      const idsOf = (of: keyof MostMatches) =>
        `select id from ${of} limit case when ${IS_WHOLE} then null else ${some} end`;
      return `select t.status, t.segment_group, count(*) as count from ctt t
             where ${isOf({ ids: idsOf('numbers'), lines: idsOf('lines') })} and ${filtered.conditions} group by 1, 2`;
    },
  );
  return isVague ? amongNewest : { cells: rows, isAtLeast: isCut };
};

/** The tickets by status and segment group together, with the other filters applied. */
const cellsOf = async (
  db: Queryable,
  filter: TicketFilter,
  scope: TicketScope,
  budgets: CountBudgets,
): Promise<Counted> => {
  const text = textOf(filter);
  if (text) return cellsWithText(db, filter, scope, text, budgets);
  const { values, conditions } = ticketConditions(filter, scope);
  const sql = `select t.status, t.segment_group, sum(t.count)::bigint as count from ticket_count t where ${conditions} group by 1, 2`;
  return {
    cells: await run(db, ticketStatement<Cell>('count-tickets', sql), values),
    isAtLeast: false,
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
  budgets: Partial<CountBudgets> = {},
): Promise<TicketCounts> => {
  const { cells, isAtLeast } = await cellsOf(db, others, scope, { ...BUDGETS, ...budgets });
  const groups = visibleGroups({ segmentGroup }, scope.scope);
  const inGroups = cells.filter((cell) => groups.includes(cell.segment_group));
  const inStatus = cells.filter((cell) => !status || status.includes(cell.status));
  return ticketCountsSchema.parse({
    status: sumBy(ticketStatuses, inGroups, (cell) => cell.status),
    segmentGroup: sumBy(segmentGroups, inStatus, (cell) => cell.segment_group),
    isAtLeast,
  });
};

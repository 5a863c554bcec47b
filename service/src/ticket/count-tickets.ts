import {
  type SegmentGroup,
  segmentGroups,
  type TicketCounts,
  type TicketFilter,
  type TicketStatus,
  ticketCountsSchema,
  ticketStatuses,
} from '@cpe-desk/contract';
import { one, type Queryable, run, statement } from '../database.ts';
import { hasText, MOST_MATCHES, matchText, searchedOf, textOf } from './match-text.ts';
import { type TicketScope, ticketConditions, ticketStatement, visibleGroups } from './ticket-conditions.ts';

type Cell = { status: TicketStatus; segment_group: SegmentGroup; count: number };

/**
 * A text that `frequent` of the `newest` tickets have is counted among these only, where more than `matches` tickets should
 * have it; any other is sought.
 */
type CountBudgets = { newest: number; frequent: number; matches: number };
const BUDGETS: CountBudgets = { newest: 1500, frequent: 15, matches: MOST_MATCHES };

const sumOf = (cells: readonly Cell[]): number => cells.reduce((sum, { count }) => sum + count, 0);

const countAll = statement<{ count: number }>(
  'count-tickets-of-all',
  'select coalesce(sum(count), 0)::bigint as count from ticket_count',
);

/** The cells of the newest tickets that have a text. */
const newestCells = (db: Queryable, filter: TicketFilter, scope: TicketScope, text: string, most: number) => {
  const { values, place, conditions } = ticketConditions(filter, scope);
  const sql = `select t.status, t.segment_group, count(*) as count
                 from (select * from ctt order by opened_at desc, id desc limit ${most}) t ${searchedOf}
                where ${conditions} and ${hasText(text, place)} group by 1, 2`;
  return run(db, ticketStatement<Cell>('count-newest-tickets', sql), values);
};

/** The cells of a frequent text; undefined where it should be sought. */
const frequentCells = async (
  db: Queryable,
  filter: TicketFilter,
  scope: TicketScope,
  text: string,
  { newest, frequent, matches }: CountBudgets,
) => {
  const { count: all } = await one(db, countAll, []);
  const cells = await newestCells(db, filter, scope, text, newest);
  const found = sumOf(cells);
  if (found < frequent || (found / Math.min(newest, all)) * all <= matches) return undefined;
  return { cells, isAtLeast: all > newest };
};

/** The tickets by status and segment group at once, with the other filters on. */
const cellsOf = async (
  db: Queryable,
  filter: TicketFilter,
  scope: TicketScope,
  budgets: CountBudgets,
): Promise<{ cells: Cell[]; isAtLeast: boolean }> => {
  const text = textOf(filter);
  const frequent = text && (await frequentCells(db, filter, scope, text, budgets));
  if (frequent) return frequent;
  const { values, place, conditions } = ticketConditions(filter, scope);
  const found = text && (await matchText(db, text, budgets.matches));
  const counted = found
    ? `count(*) as count from ctt t where t.id = any(${place(found.ids)}::text[])`
    : 'sum(t.count)::bigint as count from ticket_count t where true';
  const sql = `select t.status, t.segment_group, ${counted} and ${conditions} group by 1, 2`;
  const cells = await run(db, ticketStatement<Cell>('count-tickets', sql), values);
  return { cells, isAtLeast: found ? found.isCut : false };
};

const sumBy = (among: readonly string[], cells: readonly Cell[], keyOf: (cell: Cell) => string) =>
  Object.fromEntries(among.map((key) => [key, sumOf(cells.filter((cell) => keyOf(cell) === key))]));

/** How many tickets of each status and segment group the caller may see, each with the other filters on. */
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

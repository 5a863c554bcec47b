import { one, type Queryable } from '../../platform/database/database.ts';
import { hasText, searchedOf } from './match-text.ts';
import type { TicketListRow } from './page-statements.ts';
import {
  allOfList,
  budgetOf,
  nextOfFilter,
  nextOfList,
  type Page,
  type PageRows,
  type Parts,
  partsOf,
  readRows,
  rowsOf,
  type Source,
  takenFrom,
} from './page-statements.ts';
import { rowsBesideFacts } from './rows-beside-facts.ts';
import {
  IS_WHOLE,
  MOST_MATCHES,
  type MostMatches,
  OF_CPE,
  OF_LINE,
  seekAllTickets,
  seekLines,
  seekTickets,
} from './seek-text.ts';
import { readPatterns, type TextPatterns } from './text-patterns.ts';
import { ticketConditions, ticketStatement } from './ticket-conditions.ts';

/**
 * How much is looked at for one page before it is sought another way. For each ticket that it holds, `glance` tickets are looked up
 * for the text, and further ones up to `far` where `frequent` of those had it. `matches` are numbers and lines that have the text;
 * where more have it, the list is looked along for tickets of up to `lines` lines, `long` tickets for each of the page. Where the
 * filter leaves less than `narrow` of all tickets, only those are looked along. For a text that the indexes do not have, `part`
 * tickets are looked up, or all where these are no more than `whole`.
 */
export type TextBudgets = Record<
  'glance' | 'far' | 'frequent' | 'lines' | 'long' | 'narrow' | 'part' | 'whole',
  number
> & { matches: MostMatches };
export const TEXT_BUDGETS: TextBudgets = {
  glance: 8,
  far: 400,
  frequent: 4,
  matches: MOST_MATCHES,
  lines: 20_000,
  long: 2000,
  narrow: 0.1,
  part: 10,
  whole: 200,
};

/** A page of tickets that have a text, how many tickets there are, and how many of them the filter leaves, without its text. */
type Searched = {
  db: Queryable;
  page: Page;
  text: string;
  all: number;
  passing: number;
  isNarrow: boolean;
};

const selectPassing = (db: Queryable, { filter, scope }: Page) => {
  const { values, conditions } = ticketConditions(filter, scope);
  const sql = `select coalesce(sum(count), 0)::bigint as "all", coalesce(sum(count) filter (where ${conditions}), 0)::bigint as passing
                 from ticket_count t`;
  return one(db, ticketStatement<{ all: number; passing: number }>('tickets-passing', sql), values);
};

/** So many tickets of the list should hold `budget` that the filter leaves; doubled from there, so that there are few statements. */
const stretchOf = ({ all, passing }: Searched, budget: number): number =>
  budget * 2 ** Math.ceil(Math.log2(Math.max(all, 1) / Math.max(passing, 1)));

/** `budget` tickets that the filter leaves, or fewer where these lie further behind than the next `most` of the list. */
const sourceOf = (parts: Parts, { isNarrow }: Searched, budget: number, most: number): Source =>
  isNarrow ? nextOfFilter(parts, budget) : nextOfList(parts, most, budget);

/** Looks along the list, and each ticket up for the text. */
const look = (searched: Searched, budget: number): Promise<TicketListRow[]> =>
  readRows(searched.db, searched.page, (parts) => {
    const { from, by } = sourceOf(parts, searched, budget, stretchOf(searched, budget));
    return takenFrom(
      parts,
      { from: `${from} ${searchedOf}`, by },
      hasText(searched.text, parts.place),
    );
  });

type Looked = { listed: number; looked: number; last_key: string | null; last_id: string | null };

/** As `look`, and tells where it ended, unless that was the end of the list. */
const lookUntil = async (searched: Searched, budget: number): Promise<PageRows> => {
  const { db, page, text, isNarrow } = searched;
  const parts = partsOf(page);
  const { values, place, conditions, column, order } = parts;
  const most = stretchOf(searched, budget);
  const { from, by } = isNarrow ? nextOfFilter(parts, budget) : allOfList(parts, most);
  const last = (of: string) =>
    `(select ${of} from looked t ${order('t')} offset greatest((select count(*) from looked) - 1, 0) limit 1)`;
  const source = { from: `looked t ${searchedOf}`, by: 't' };
  const { rows, facts } = await rowsBesideFacts<TicketListRow, Looked>(db, {
    ctes: `listed as materialized (select t.* from ${from} ${order(by)}),
      looked as materialized (select * from listed t where ${conditions} ${order('t')} limit ${budget})`,
    facts: `select (select count(*) from listed) as listed, (select count(*) from looked) as looked,
      ${last(`t.${column}::text`)} as last_key, ${last('t.id')} as last_id`,
    rows: rowsOf(parts, takenFrom(parts, source, hasText(text, place))),
    ...{ order, values },
  });
  const isEnd = facts.looked < budget && (isNarrow || facts.listed < most);
  if (isEnd) return { rows };
  const { last_key: key, last_id: id } = facts;
  // What the filter leaves lies far behind: only that is looked along, so that there is an end to tell of.
  return key !== null && id !== null
    ? { rows, until: [key, id] }
    : lookUntil({ ...searched, isNarrow: true }, budget);
};

/** Looks along a part of the list, or all of it: a short one is not worth coming back for. */
const lookInPart = (searched: Searched, { part, whole }: TextBudgets): Promise<PageRows> => {
  const { page, all, passing, isNarrow } = searched;
  const isShort = (isNarrow ? passing : all) <= budgetOf(page, whole);
  return lookUntil(searched, budgetOf(page, isShort ? whole : part));
};

/** Twice what the page should need, as dense as it was so far; doubled from the first one, so that there are few statements. */
const furtherBudget = (found: number, limit: number, glance: number, far: number): number =>
  Math.min(far, glance * 2 ** Math.ceil(Math.log2((2 * (limit + 1)) / found)));

/**
 * A page out of all that have the text, unless more than `most` do. Where the filter is one of lines, and the order that of an index,
 * the first tickets of the lines are known before any ticket is read.
 */
const collect = ({ db, page }: Searched, patterns: TextPatterns, most: MostMatches) => {
  const parts = partsOf(page);
  const { conditions, isOfLineOnly, beyond, order, length, column } = parts;
  const first = (of: string) => `${beyond(of)} ${order(of)} limit ${length}`;
  const numbers = `(select t.id from numbers t where ${first('t')})`;
  const firstOfLines = `(
    select f.id from (${OF_LINE}) l cross join lateral (
      select id, opened_at from ctt f where service_line_id = l.id and ${first('f')}) f
     where ${IS_WHOLE} ${order('f')} limit ${length})`;
  const isOrdered = isOfLineOnly && column === 'opened_at';
  return seekTickets<TicketListRow>(db, { ...parts, patterns, most }, (isOf) => {
    const isFound = isOf({
      ids: isOrdered ? `${numbers} union all ${firstOfLines}` : numbers,
      lines: isOrdered ? OF_CPE : 'select id from lines',
    });
    return rowsOf(
      parts,
      `select t.* from ctt t where ${IS_WHOLE} and ${isFound} and ${conditions} and ${first('t')}`,
    );
  });
};

/** A page out of all that have the text, however many. */
const collectAll = ({ db, page }: Searched, patterns: TextPatterns) => {
  const parts = partsOf(page);
  const { conditions, beyond, order, length } = parts;
  return seekAllTickets<TicketListRow>(db, { ...parts, patterns }, (tickets) =>
    rowsOf(
      parts,
      `select t.* from (${tickets}) t where ${conditions} and ${beyond('t')} ${order('t')} limit ${length}`,
    ),
  );
};

/** Looks along the list for tickets of the lines that have the text, unless more than `lines` do. */
const lookAmong = (searched: Searched, patterns: TextPatterns, lines: number, budget: number) => {
  const parts = partsOf(searched.page);
  const source = sourceOf(parts, searched, budget, budget);
  const most = { ...MOST_MATCHES, lines };
  return seekLines<TicketListRow>(searched.db, { ...parts, patterns, most }, (hasIt) =>
    rowsOf(parts, takenFrom(parts, source, `${IS_WHOLE} and ${hasIt}`)),
  );
};

/** Whether there is nothing more to find: the page is full, or all that a narrow filter leaves was looked at. */
const isDone = (
  rows: TicketListRow[],
  budget: number,
  { page, isNarrow, passing }: Searched,
): boolean => rows.length > page.limit || (isNarrow && passing <= budget);

/** A page by the indexes, `near` having been found without them. */
const seekPage = async (
  searched: Searched,
  patterns: TextPatterns,
  near: TicketListRow[],
  budgets: TextBudgets,
): Promise<PageRows> => {
  const collected = await collect(searched, patterns, budgets.matches);
  if (!collected.isCut) return { rows: collected.rows };
  const far = budgetOf(searched.page, budgets.far);
  // Hardly any of what the index finds has a vague text: to look at all of that would take as long as to read the tables.
  if (collected.isVague) {
    if (near.length === 0) return lookInPart(searched, budgets);
  } else {
    const long = searched.isNarrow ? far : budgetOf(searched.page, budgets.long);
    const { rows, isCut } = await lookAmong(searched, patterns, budgets.lines, long);
    if (!isCut) return isDone(rows, long, searched) ? { rows } : collectAll(searched, patterns);
  }
  const rows = await look(searched, far);
  if (isDone(rows, far, searched)) return { rows };
  return collected.isVague ? lookInPart(searched, budgets) : collectAll(searched, patterns);
};

/** The rows of a page of tickets that have a text. */
export const readPageWithText = async (
  db: Queryable,
  page: Page,
  text: string,
  budgets: TextBudgets,
): Promise<PageRows> => {
  const { all, passing } = await selectPassing(db, page);
  const isNarrow = passing < budgets.narrow * all;
  const searched: Searched = { db, page, text, all, passing, isNarrow };
  const glance = budgetOf(page, budgets.glance);
  const near = await lookUntil(searched, glance);
  if (near.rows.length > page.limit || !near.until) return near;
  const patterns = await readPatterns(db, text);
  if (!patterns) return lookInPart(searched, budgets);
  if (near.rows.length >= budgets.frequent) {
    const budget = furtherBudget(near.rows.length, page.limit, glance, budgetOf(page, budgets.far));
    const rows = await look(searched, budget);
    if (isDone(rows, budget, searched)) return { rows };
  }
  return seekPage(searched, patterns, near.rows, budgets);
};

import { one, type Queryable } from '../database.ts';
import { hasText, searchedOf } from './match-text.ts';
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
import type { TicketListRow } from './queries.ts';
import { rowsBesideFacts } from './rows-beside-facts.ts';
import { ALL_MATCHES, MOST_MATCHES, type Most, seekLines, seekTickets } from './seek-text.ts';
import { readPatterns, type TextPatterns } from './text-patterns.ts';
import { ticketConditions, ticketStatement } from './ticket-conditions.ts';

/**
 * How much is looked at for one page before it is sought another way. For each ticket that it holds, `glance` tickets are looked up
 * for the text, and further ones up to `far` where `frequent` of those had it. `matches` are numbers and lines that have the text;
 * where more have it, the list is looked along for those of up to `lines`, for `long` tickets a ticket. Where the filter leaves less
 * than `narrow` of all tickets, only those are looked along. For a text that the indexes do not have, `part` tickets are looked up, or
 * all where these are no more than `whole`.
 */
export type TextBudgets = Record<
  'glance' | 'far' | 'frequent' | 'long' | 'narrow' | 'part' | 'whole',
  number
> &
  Record<'matches' | 'lines', Most>;
export const TEXT_BUDGETS: TextBudgets = {
  glance: 8,
  far: 400,
  frequent: 4,
  matches: MOST_MATCHES,
  lines: { ...MOST_MATCHES, lines: 10 * MOST_MATCHES.lines },
  long: 2000,
  narrow: 0.1,
  part: 40,
  whole: 200,
};

/** Twice what the page should need, as dense as it was so far; doubled from the first one, so that there are few statements. */
const furtherBudget = (found: number, limit: number, glance: number, far: number): number => {
  if (found === 0) return far;
  return Math.min(far, glance * 2 ** Math.ceil(Math.log2((2 * (limit + 1)) / found)));
};

/** How many tickets there are, and how many of them a filter leaves, without its text. */
const selectPassing = (db: Queryable, { filter, scope }: Page) => {
  const { values, conditions } = ticketConditions(filter, scope);
  const sql = `select coalesce(sum(count), 0)::bigint as "all", coalesce(sum(count) filter (where ${conditions}), 0)::bigint as passing
                 from ticket_count t`;
  return one(db, ticketStatement<{ all: number; passing: number }>('tickets-passing', sql), values);
};

/** A page out of all that have the text, unless more than `most` numbers or lines do. */
const collect = (db: Queryable, page: Page, patterns: TextPatterns, most: Most) => {
  const parts = partsOf(page);
  const { conditions, beyond, order, length } = parts;
  const passing = `not (select is_cut from facts) and ${conditions} and ${beyond('t')}`;
  const first = `${order('t')} limit ${length}`;
  return seekTickets<TicketListRow>(db, { ...parts, patterns, most, order: order('p') }, (isOf) => {
    const numbers = `select t.id from numbers t where ${beyond('t')} ${first}`;
    const isFound = isOf({ numbers, lines: 'select id from lines' });
    return rowsOf(parts, `select t.* from ctt t where ${isFound} and ${passing} ${first}`);
  });
};

/** Looks along a source for tickets of the lines that have the text, unless more than `most` lines do. */
const lookAmong = (
  db: Queryable,
  page: Page,
  patterns: TextPatterns,
  most: Most,
  sourceOf: (parts: Parts) => Source,
) => {
  const parts = partsOf(page);
  return seekLines<TicketListRow>(db, { ...parts, patterns, most, order: parts.order('p') }, (hasIt) =>
    rowsOf(parts, takenFrom(parts, sourceOf(parts), `not (select is_cut from facts) and ${hasIt}`)),
  );
};

/** Looks along a source of `budget` tickets, if there are so many, and tells where it ended. */
const lookInPart = async (
  db: Queryable,
  page: Page,
  text: string,
  budget: number,
  sourceOf: (parts: Parts) => Source,
): Promise<PageRows> => {
  const parts = partsOf(page);
  const { values, place, conditions, column, order } = parts;
  const { from, by } = sourceOf(parts);
  const last = (of: string) => `(select ${of} from looked t ${order('t')} offset ${budget - 1} limit 1)`;
  const source = { from: `looked t ${searchedOf}`, by: 't' };
  const has = `${conditions} and ${hasText(text, place)}`;
  const { rows, facts } = await rowsBesideFacts<
    TicketListRow,
    { until_key: string | null; until_id: string | null }
  >(db, {
    ctes: `looked as materialized (select t.* from ${from} ${order(by)} limit ${budget})`,
    facts: `select ${last(`t.${column}::text`)} as until_key, ${last('t.id')} as until_id`,
    rows: rowsOf(parts, takenFrom(parts, source, has)),
    order: order('p'),
    values,
  });
  const { until_key: key, until_id: id } = facts;
  return key !== null && id !== null ? { rows, until: [key, id] } : { rows };
};

/** The rows of a page of tickets that have a text. */
export const readPageWithText = async (
  db: Queryable,
  page: Page,
  text: string,
  budgets: TextBudgets,
): Promise<PageRows> => {
  const glance = budgetOf(page, budgets.glance);
  const far = budgetOf(page, budgets.far);
  const { all, passing } = await selectPassing(db, page);
  const isNarrow = passing < budgets.narrow * all;
  const sourceOf = (parts: Parts, budget: number, most: number) =>
    isNarrow ? nextOfFilter(parts, budget) : nextOfList(parts, most, budget);
  /** Whether there is nothing more to find: the page is full, or all that the filter leaves was looked at. */
  const isDone = (rows: TicketListRow[], budget: number) =>
    rows.length > page.limit || (isNarrow && passing <= budget);
  /** Looks along the list, and each ticket up for the text. */
  const look = (budget: number) =>
    readRows(db, page, (parts) => {
      const { from, by } = sourceOf(parts, budget, Math.ceil(budget / budgets.narrow));
      return takenFrom(parts, { from: `${from} ${searchedOf}`, by }, hasText(text, parts.place));
    });

  const near = await look(glance);
  if (isDone(near, glance)) return { rows: near };
  if (near.length >= budgets.frequent) {
    const budget = furtherBudget(near.length, page.limit, glance, far);
    const rows = await look(budget);
    if (isDone(rows, budget)) return { rows };
  }
  const patterns = await readPatterns(db, text);
  if (!patterns) {
    // A short list is not worth coming back for.
    const budget = budgetOf(page, all <= budgetOf(page, budgets.whole) ? budgets.whole : budgets.part);
    return lookInPart(db, page, text, budget, (parts) =>
      isNarrow ? nextOfFilter(parts, budget) : allOfList(parts, budget),
    );
  }
  const collected = await collect(db, page, patterns, budgets.matches);
  if (!collected.isCut) return collected;
  const long = isNarrow ? far : budgetOf(page, budgets.long);
  const { rows, isCut } = await lookAmong(db, page, patterns, budgets.lines, (parts) =>
    sourceOf(parts, long, long),
  );
  if (!isCut && isDone(rows, long)) return { rows };
  if (isCut) {
    const found = await look(far);
    if (isDone(found, far)) return { rows: found };
  }
  return collect(db, page, patterns, ALL_MATCHES);
};

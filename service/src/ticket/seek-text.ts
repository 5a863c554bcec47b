import type pg from 'pg';
import type { Queryable } from '../database.ts';
import { rowsBesideFacts } from './rows-beside-facts.ts';
import type { TextPatterns } from './text-patterns.ts';
import type { ticketConditions } from './ticket-conditions.ts';

/** So many of each. */
export type Most = Record<'numbers' | 'lines', number>;

/** Of a text that more ticket numbers, or lines, have than this, not all are collected: a line is followed by its tickets. */
export const MOST_MATCHES: Most = { numbers: 10_000, lines: 2000 };
export const ALL_MATCHES: Most = { numbers: Number.POSITIVE_INFINITY, lines: Number.POSITIVE_INFINITY };

/** What is sought, up to `most` of it, in a statement with these values and conditions of tickets and lines; `order`: of its rows. */
type Seek = ReturnType<typeof ticketConditions> & { patterns: TextPatterns; most: Most; order?: string };

/** Where the text is sought: rows `t` of a table, of whose `column` the index has `indexed`. */
type Branch = { table: string; column: string; indexed?: string; core: readonly string[]; most: number };

/**
 * Rows that have the text in a column, and fulfil conditions: found by its core through the column's index, then looked at. No other
 * index is asked, for a condition that a fifth of all fulfil.
 */
const having = (
  { table, column, indexed = column, core, most }: Branch,
  { place, patterns }: Seek,
  conditions: string,
): string => `(select * from ${table} where ${core.map((piece) => `${indexed} ilike ${place(piece)}`).join(' and ')} offset 0) t
    where t.${column} ilike ${place(patterns.text)} and ${conditions} ${Number.isFinite(most) ? `limit ${most + 1}` : ''}`;

const numbersWith = (seek: Seek): string => {
  const { most, patterns, conditions } = seek;
  const branch = { table: 'ctt', column: 'ticket_no', core: patterns.number, most: most.numbers };
  return `numbers as materialized (select t.* from ${having(branch, seek, conditions)})`;
};

/** Each branch has an index of its own; an OR over two tables would have none. */
const linesWith = (seek: Seek): string => {
  const { customer, line, serial, address } = seek.patterns;
  const most = seek.most.lines;
  const ofLine = (column: string, core: readonly string[]) =>
    `(select t.id from ${having({ table: 'service_line', column, core, most }, seek, seek.lineConditions)})`;
  const ofCpe = (column: string, core: readonly string[], indexed = column) =>
    `(select t.service_line_id from ${having({ table: 'cpe', column, core, indexed, most }, seek, 'true')})`;
  const branches = [
    ofLine('customer', customer),
    ofLine('id', line),
    ofCpe('serial_number', serial),
    ofCpe('ip_address', address, "translate(ip_address, '.:', 'xz')"),
  ];
  return `lines as materialized (${branches.join(' union ')})`;
};

const isCutOf = (seek: Seek, ...ctes: (keyof Most)[]): string =>
  ctes
    .map((cte) =>
      Number.isFinite(seek.most[cte]) ? `(select count(*) from ${cte}) > ${seek.most[cte]}` : 'false',
    )
    .join(' or ');

/** Rows, and whether more than `most` have the text, so that these may not be all. */
type Sought<Row> = { rows: Row[]; isCut: boolean };

const seek = async <Row extends pg.QueryResultRow>(
  db: Queryable,
  { values, order }: Seek,
  asked: { ctes: string; isCut: string; rows: string },
): Promise<Sought<Row>> => {
  const facts = `select ${asked.isCut} as is_cut`;
  const answered = await rowsBesideFacts<Row, { is_cut: boolean }>(db, { ...asked, facts, values, order });
  return { rows: answered.rows, isCut: answered.facts.is_cut };
};

/**
 * Seeks the tickets that have a text by the indexes. `rowsOf` is given the condition that a ticket `t` is one of some, whose ids are
 * selected out of `numbers`, tickets that have it in their number, and `lines`. Two indexes answer it together, so PostgreSQL reads the
 * tickets in the order in which they lie, and ahead. `(select is_cut from facts)`: whether there are more.
 */
export const seekTickets = <Row extends pg.QueryResultRow>(
  db: Queryable,
  what: Seek,
  rowsOf: (isOf: (ids: { numbers: string; lines: string }) => string) => string,
): Promise<Sought<Row>> =>
  seek(db, what, {
    ctes: `${numbersWith(what)}, ${linesWith(what)}`,
    isCut: isCutOf(what, 'numbers', 'lines'),
    rows: rowsOf(
      ({ numbers, lines }) => `(t.id = any(array(${numbers})) or t.service_line_id = any(array(${lines})))`,
    ),
  });

/** Seeks the lines that have a text by the indexes. `rowsOf` is given the condition that a ticket `t` has it, or its line. */
export const seekLines = <Row extends pg.QueryResultRow>(
  db: Queryable,
  what: Seek,
  rowsOf: (hasIt: string) => string,
): Promise<Sought<Row>> => {
  const number = `t.ticket_no ilike ${what.place(what.patterns.text)}`;
  return seek(db, what, {
    ctes: linesWith(what),
    isCut: isCutOf(what, 'lines'),
    rows: rowsOf(`(${number} or t.service_line_id in (select id from lines))`),
  });
};

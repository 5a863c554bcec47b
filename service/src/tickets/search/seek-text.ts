import type pg from 'pg';
import type { Queryable } from '../../platform/database/database.ts';
import { rowsBesideFacts } from './rows-beside-facts.ts';
import type { TextPatterns } from './text-patterns.ts';
import type { ticketConditions } from './ticket-conditions.ts';

/** Of a text that more ticket numbers, or lines, have than this, not all are followed: a line is followed to its tickets. */
export type MostMatches = Record<'numbers' | 'lines', number>;
export const MOST_MATCHES: MostMatches = { numbers: 10_000, lines: 2000 };

/** So many rows that the index has found may turn out not to have the text, before it is called vague. */
const MOST_MISTAKEN = 20_000;

/** A text that is sought, in a statement with these values and conditions of tickets and lines. `most`: undefined for all. */
type Sought = ReturnType<typeof ticketConditions> & {
  patterns: TextPatterns;
  most?: MostMatches | undefined;
  order?: (of: string) => string;
};

/**
 * Where it is sought: `select` of a table's rows, of whose `column` the index has `indexed`; `key` is taken of those that have the
 * text and fulfil the conditions.
 */
type Place = {
  name: string;
  select: string;
  column: string;
  indexed?: string;
  core: readonly string[];
  key: string;
  conditions: string;
  most: number | undefined;
};

const upTo = (most: number | undefined, more: number): string =>
  most === undefined ? '' : `limit ${most + more}`;

/**
 * Rows that have the text: those that the column's index finds by its core, looked at for all of it. No other index is asked for
 * the conditions, which a fifth of all rows fulfil.
 */
const found = (
  { name, select, column, indexed = column, core, key, conditions, most }: Place,
  { place, patterns }: Sought,
): string => `
  near_${name} as materialized (
    ${select} where ${core.map((piece) => `${indexed} ilike ${place(piece)}`).join(' and ') || most === undefined} ${upTo(most, MOST_MISTAKEN)}),
  ${name} as materialized (
    select ${key} from near_${name} t where t.${column} ilike ${place(patterns.text)} and ${conditions} ${upTo(most, 1)})`;

const numbersOf = ({ patterns, conditions, most }: Sought): Place => ({
  ...{ name: 'numbers', select: 'select * from ctt', column: 'ticket_no', key: 't.*' },
  ...{ core: patterns.number, conditions, most: most?.numbers },
});

/** Each place of a line's has an index of its own; an OR over two tables would have none. */
const linesOf = ({ patterns, lineConditions, most }: Sought): Place[] => {
  const ofLine = { key: 't.id', conditions: lineConditions, most: most?.lines };
  const line = 'select id, customer, technology, managed_services, segment_group from service_line';
  const ofCpe = { key: 't.service_line_id as id', conditions: 'true', most: most?.lines };
  const cpe = 'select service_line_id, serial_number, ip_address from cpe';
  const indexed = "translate(ip_address, '.:', 'xz')";
  return [
    { ...ofLine, name: 'customers', select: line, column: 'customer', core: patterns.customer },
    { ...ofLine, name: 'ids', select: line, column: 'id', core: patterns.line },
    { ...ofCpe, name: 'serials', select: cpe, column: 'serial_number', core: patterns.serial },
    {
      ...ofCpe,
      name: 'addresses',
      select: cpe,
      column: 'ip_address',
      indexed,
      core: patterns.address,
    },
  ];
};

/** The places as CTEs, with their union as `lines`. */
const ctesOf = (places: readonly Place[], sought: Sought): string => {
  const lines = places
    .filter(({ name }) => name !== 'numbers')
    .map(({ name }) => `select id from ${name}`);
  return [
    ...places.map((each) => found(each, sought)),
    `lines as materialized (${lines.join(' union ')})`,
  ].join(', ');
};

/** `is_cut`: there are more than `most`. `is_vague`: the index finds much that does not have the text. */
const factsOf = (places: readonly Place[], { most }: Sought): string => {
  const count = (of: string) => `(select count(*) from ${of})`;
  if (!most) return 'select false as is_cut, false as is_vague';
  const isCut = [...places.map((place) => [place.name, place.most]), ['lines', most.lines]]
    .map(([name, bound]) => `${count(String(name))} > ${bound}`)
    .join(' or ');
  // Where fewer have it than are asked for, all that was found has been looked at.
  const isVague = places
    .map(({ name, core, most: bound = 0 }) =>
      core.length === 0
        ? 'true'
        : `case when ${count(name)} > ${bound} then false else ${count(`near_${name}`)} >= ${bound + MOST_MISTAKEN} end`,
    )
    .join(' or ');
  return `select (${isCut}) as is_cut, (${isVague}) as is_vague`;
};

/** Rows, and whether these may not be all, since too many have the text, or are found and do not have it. */
type Found<Row> = { rows: Row[]; isCut: boolean; isVague: boolean };
type Facts = { is_cut: boolean; is_vague: boolean };

/** In the `rows` of a statement that seeks: nothing is cut. */
export const IS_WHOLE = 'not (select is_cut or is_vague from facts)';

const seek = async <Row extends pg.QueryResultRow>(
  db: Queryable,
  places: readonly Place[],
  sought: Sought,
  rows: string,
): Promise<Found<Row>> => {
  const { values, order } = sought;
  const asked = {
    ctes: ctesOf(places, sought),
    facts: factsOf(places, sought),
    rows,
    order,
    values,
  };
  const answered = await rowsBesideFacts<Row, Facts>(db, asked);
  const { is_cut: isCut, is_vague: isVague } = answered.facts;
  return { rows: answered.rows, isCut: isCut || isVague, isVague };
};

/**
 * Tickets that have the text: `ids` of tickets, and `lines` whose tickets have it; selected out of `numbers`, tickets that have it in
 * their number, and out of `OF_LINE`, ids of lines that fulfil the conditions, `OF_CPE`, ids of others, or `lines`, all of these.
 */
type Of = { ids: string; lines: string };
export const OF_LINE = 'select id from customers union select id from ids';
export const OF_CPE = 'select id from serials union select id from addresses';

/**
 * Seeks the tickets that have a text by the indexes. `rowsOf` is given the condition that a ticket `t` is one of some. Two indexes
 * answer it together, so PostgreSQL reads the tickets in the order in which they lie, and ahead.
 */
export const seekTickets = <Row extends pg.QueryResultRow>(
  db: Queryable,
  sought: Sought & { most: MostMatches },
  rowsOf: (isOf: (some: Of) => string) => string,
): Promise<Found<Row>> =>
  seek(
    db,
    [numbersOf(sought), ...linesOf(sought)],
    sought,
    rowsOf(
      ({ ids, lines }) => `(t.id = any(array(${ids})) or t.service_line_id = any(array(${lines})))`,
    ),
  );

/** Seeks all tickets that have a text, however many. `rowsOf` is given a select of them. */
export const seekAllTickets = <Row extends pg.QueryResultRow>(
  db: Queryable,
  sought: Omit<Sought, 'most'>,
  rowsOf: (tickets: string) => string,
): Promise<Found<Row>> => {
  // A ticket of one of these lines that has it in its number as well is among the numbers.
  const others = `select t.* from lines l cross join lateral (select * from ctt where service_line_id = l.id offset 0) t
                   where not t.ticket_no ilike ${sought.place(sought.patterns.text)}`;
  const rows = rowsOf(`select * from numbers union all ${others}`);
  return seek(db, [numbersOf(sought), ...linesOf(sought)], sought, rows);
};

/** Seeks the lines that have a text by the indexes. `rowsOf` is given the condition that a ticket `t` has it, or its line. */
export const seekLines = <Row extends pg.QueryResultRow>(
  db: Queryable,
  sought: Sought & { most: MostMatches },
  rowsOf: (hasIt: string) => string,
): Promise<Found<Row>> => {
  const number = `t.ticket_no ilike ${sought.place(sought.patterns.text)}`;
  return seek(
    db,
    linesOf(sought),
    sought,
    rowsOf(`(${number} or t.service_line_id in (select id from lines))`),
  );
};

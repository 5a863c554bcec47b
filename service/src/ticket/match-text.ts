import type { TicketFilter } from '@cpe-desk/contract';
import { containing, one, type Queryable, statement } from '../database.ts';

/** Tickets that have a text somewhere; `isCut`: there are more. */
export type TextMatches = { ids: string[]; isCut: boolean };

/** Of a text that more tickets, or lines, have than this, not all are collected. */
export const MOST_MATCHES = 2000;

/** The text that a filter searches for; undefined where it searches for nothing. */
export const textOf = ({ q }: Pick<TicketFilter, 'q'>): string | undefined => q?.trim() || undefined;

/** Numbers of so many characters tell things apart; more only make the index look up more. */
const LONGEST_CORE = 8;
const SHORTEST_CORE = 4;

/**
 * A pattern that is found wherever `text` is, for the index: of a text with numbers the longest of them, since "branch", a maker's
 * letters or the year of all tickets are in each row, and to intersect what everything has is what takes long.
 */
export const corePattern = (text: string): string => {
  const numbers = (text.match(/[a-z0-9]+/gi) ?? []).filter((word) => /\d/.test(word));
  const longest = numbers.reduce((found, word) => (word.length >= found.length ? word : found), '');
  return containing(longest.length < SHORTEST_CORE ? text : longest.slice(-LONGEST_CORE));
};

/** An address as one word, as its index has it. */
const asOneWord = (address: string): string => address.replaceAll('.', 'x').replaceAll(':', 'z');

/** A ticket has few tickets beside it on its line. */
const TICKETS_PER_LINE = 5;

/** The patterns of a text: itself, its core, and that of the addresses that have it. */
type Patterns = { text: string; core: string; address: string };

const patternsOf = (q: string): Patterns => ({
  text: containing(q),
  core: corePattern(q),
  address: corePattern(asOneWord(q)),
});

/** Rows are found by the core through the index, and looked at for the whole text. */
const having = (
  id: string,
  table: string,
  column: string,
  { text, core }: Patterns,
  indexed = column,
): string => `
  select id from (select ${id} as id, ${column} as searched from ${table} where ${indexed} ilike ${core} offset 0) f
   where searched ilike ${text}`;

const numbersWith = (patterns: Patterns): string => having('id', 'ctt', 'ticket_no', patterns);

/** Each branch has an index of its own; an OR over three tables would have none. */
const linesWith = (patterns: Patterns, most = ''): string =>
  [
    having('id', 'service_line', 'customer', patterns),
    having('id', 'service_line', 'id', patterns),
    having('service_line_id', 'cpe', 'serial_number', patterns),
    having(
      'service_line_id',
      'cpe',
      'ip_address',
      { ...patterns, core: patterns.address },
      `translate(ip_address, '.:', 'xz')`,
    ),
  ]
    .map((branch) => `(${branch} ${most})`)
    .join(' union ');

/** The ids of all tickets that have the text, as a subquery: as many as there are. `place` gives the place of a value. */
export const allMatches = (q: string, place: (value: unknown) => string): string => {
  const { text, core, address } = patternsOf(q);
  const placed = { text: place(text), core: place(core), address: place(address) };
  return `${numbersWith(placed)} union all select m.id from ctt m where m.service_line_id in (${linesWith(placed)})`;
};

// Without a name: planned for each text, since few or many rows have it.
const selectMatches = (most: number) =>
  statement<{ ids: string[]; is_cut: boolean }, [text: string, core: string, address: string]>(
    '',
    `with numbers as materialized (${numbersWith(PLACES)} limit ${most + 1}),
          lines as materialized (${linesWith(PLACES, `limit ${most + 1}`)}),
          found as materialized (
            select id from numbers union
            select t.id from lines l cross join lateral
              (select id from ctt where service_line_id = l.id offset 0) t limit ${most * TICKETS_PER_LINE + 1})
     select array(select id from found) as ids,
            (select count(*) from numbers) > ${most} or (select count(*) from lines) > ${most}
              or (select count(*) from found) > ${most * TICKETS_PER_LINE} as is_cut`,
  );
const PLACES: Patterns = { text: '$1', core: '$2', address: '$3' };

/** The tickets whose number, customer, line id, serial number or address has the text, in any case; not many more than `most`. */
export const matchText = async (db: Queryable, q: string, most = MOST_MATCHES): Promise<TextMatches> => {
  const { text, core, address } = patternsOf(q);
  const { ids, is_cut } = await one(db, selectMatches(most), [text, core, address]);
  return { ids, isCut: is_cut };
};

/** Joins what a ticket `t` is searched in; laterally, so that it is looked up for each ticket and never read whole. */
export const searchedOf = `
  cross join lateral (select id, customer from service_line where id = t.service_line_id offset 0) l
  left join lateral (select serial_number, ip_address from cpe where service_line_id = t.service_line_id offset 0) c on true`;

const SEARCHED = ['t.ticket_no', 'l.customer', 'l.id', 'c.serial_number', 'c.ip_address'];

/** Whether a ticket has the text, after `searchedOf`. `place` gives the place of a value. */
export const hasText = (q: string, place: (value: unknown) => string): string => {
  const text = place(containing(q));
  return `(${SEARCHED.map((column) => `${column} ilike ${text}`).join(' or ')})`;
};

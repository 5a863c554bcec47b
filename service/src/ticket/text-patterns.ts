import { containing, type Queryable, run, statement } from '../database.ts';

/** Where a ticket is found: by its number, and by the customer, id, serial number and address of its line. */
const COLUMNS = {
  number: 'ctt.ticket_no',
  customer: 'service_line.customer',
  line: 'service_line.id',
  serial: 'cpe.serial_number',
  address: 'cpe.ip_address',
} as const;

/**
 * ILIKE patterns for a text: `text` is the text itself, and of each column what the index is asked for, which each value with
 * the text has all of. Those of `address` are for addresses as one word.
 */
export type TextPatterns = { text: string } & Record<keyof typeof COLUMNS, readonly string[]>;

/** An address as one word, as its index has it: parts of three characters do not go across dots. */
const asOneWord = (address: string): string => address.replaceAll('.', 'x').replaceAll(':', 'z');

/** The indexes have parts of three characters (pg_trgm); more than six of them only make the index look up more. */
const PART = 3;
const MOST_PARTS = 6;
/** Fewer leave too much to look at. */
const FEWEST_PARTS = 2;
/** A part that more of the values have is in a list of so many rows that to intersect it takes longer than it saves. */
const RARE = 0.1;
/** Parts that fewer have are equally rare, for all that a sample can tell. */
const SCARCE = 0.02;

/** pg_trgm has something to look up where two letters or digits stand together, or one alone between what is none. */
const indexedIn = (alphabet: string): RegExp =>
  new RegExp(`[${alphabet}]{2}.|.[${alphabet}]{2}|[^${alphabet}][${alphabet}][^${alphabet}]`, 'isu');
const ASCII = indexedIn('a-z0-9');
const UNICODE = indexedIn('\\p{L}\\p{N}');

/**
 * The pieces of a text that tell values apart: those parts of it that are the rarest in a sample of them, so neither "branch" or the
 * year of each ticket nor the maker's letters of each serial number. The whole text where these are too few.
 */
export const corePatterns = (text: string, sample: readonly string[]): string[] => {
  const characters = [...text];
  const piece = (first: number, last = first) => characters.slice(first, last + PART).join('');
  const values = sample.map((value) => value.toLowerCase());
  const shareOf = (part: string) =>
    values.filter((value) => value.includes(part.toLowerCase())).length / Math.max(values.length, 1);
  const places = [...characters.keys()].slice(0, 1 - PART).filter((at) => ASCII.test(piece(at)));
  const chosen = places
    .map((at) => ({ at, share: Math.max(shareOf(piece(at)), SCARCE) }))
    .filter((part) => part.share <= RARE)
    // Of equally rare ones those at the end, where numbers count.
    .sort((a, b) => a.share - b.share || b.at - a.at)
    .slice(0, MOST_PARTS)
    .map(({ at }) => at)
    .sort((a, b) => a - b);
  if (chosen.length < FEWEST_PARTS) return [containing(text)];
  // Those in a row are one piece.
  return chosen
    .filter((at) => !chosen.includes(at - 1))
    .map((first) => {
      let last = first;
      while (chosen.includes(last + 1)) last += 1;
      return containing(piece(first, last));
    });
};

/** Where the row stands that tells whether other letters than those of ASCII are letters to pg_trgm: that is up to the database. */
const LETTERS = 'letters';

/** What PostgreSQL knows of the values of each column since it last looked: some hundred of each, evenly over all. */
const selectSamples = statement<{ column: string; sample: string[] }>(
  'samples-of-searched-columns',
  `select tablename || '.' || attname as "column",
          coalesce(most_common_vals::text::text[], '{}') || coalesce(histogram_bounds::text::text[], '{}') as sample
     from pg_stats where schemaname = 'public' and (tablename, attname) in (${Object.values(COLUMNS)
       .map((column) => `('${column.replace('.', "', '")}')`)
       .join(', ')})
   union all select '${LETTERS}', show_trgm('ö')`,
);

/** The patterns of a text, by what the columns have now; undefined for one of which the indexes have no part. */
export const readPatterns = async (db: Queryable, q: string): Promise<TextPatterns | undefined> => {
  const samples = await run(db, selectSamples, []);
  const sampleAt = (place: string) => samples.find(({ column }) => column === place)?.sample ?? [];
  const indexed = sampleAt(LETTERS).length > 0 ? UNICODE : ASCII;
  if (!indexed.test(q) || !indexed.test(asOneWord(q))) return undefined;
  const coreOf = (name: keyof typeof COLUMNS) => corePatterns(q, sampleAt(COLUMNS[name]));
  return {
    text: containing(q),
    number: coreOf('number'),
    customer: coreOf('customer'),
    line: coreOf('line'),
    serial: coreOf('serial'),
    address: corePatterns(asOneWord(q), sampleAt(COLUMNS.address).map(asOneWord)),
  };
};

import { containing, type Queryable, run } from '../../platform/database/database.ts';
import {
  type SelectSamplesOfSearchedColumnsRow,
  selectSamplesOfSearchedColumns,
} from './search.sql.ts';

/**
 * Where a ticket is found: by its number, and by the customer, id, serial number and address of its
 * line. `select-samples-of-searched-columns` reads these columns.
 */
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
export type TextPatterns = { text: string } & Record<keyof typeof COLUMNS, CorePatterns>;
/** None: to the index most values of the column look as if they had the text. */
type CorePatterns = readonly string[];

/** Some values of a column, each with the share of all that it stands for. */
export type Sample = readonly { value: string; share: number }[];

/** An address as one word, as its index has it: parts of three characters do not go across dots. */
const asOneWord = (address: string): string => address.replaceAll('.', 'x').replaceAll(':', 'z');

/** The indexes have parts of three characters (pg_trgm); more than six of them only make the index look up more. */
const PART = 3;
const MOST_PARTS = 6;
/** Fewer leave too much to look at. */
const FEWEST_PARTS = 2;
/** A part that more of the values have is in a list of so many rows that to intersect it takes longer than it saves. */
const RARE = 0.1;
/** A part that so many have tells nothing. */
const COMMON = 0.5;
/** Parts that fewer have are equally rare, for all that a sample can tell. */
const SCARCE = 0.02;

/** pg_trgm has something to look up where two letters or digits stand together, or one alone between what is none. */
const indexedIn = (alphabet: string): RegExp =>
  new RegExp(`[${alphabet}]{2}.|.[${alphabet}]{2}|[^${alphabet}][${alphabet}][^${alphabet}]`, 'su');
const ASCII = indexedIn('a-zA-Z0-9');
const UNICODE = indexedIn('\\p{L}\\p{M}\\p{Nd}');
/** Which characters are letters, and what is a small one, is up to the database: but for these. */
const PLAIN = /^[ -~]*$/;

/** As pg_trgm compares: in small letters, and what is neither letter nor digit is a gap like any other. */
const withGaps = (text: string): string => text.toLowerCase().replaceAll(/[^a-z0-9]+/g, ' ');

/**
 * The pieces of a text that tell values apart: those parts of it that are the rarest in a sample of them, so neither "branch" or the
 * year of each ticket nor the maker's letters of each serial number. The whole text where it has no part that can be told of;
 * none where all its parts are common.
 */
export const corePatterns = (text: string, sample: Sample): string[] => {
  const characters = [...text];
  const piece = (first: number, last = first) => characters.slice(first, last + PART).join('');
  const values = sample.map(({ value, share }) => ({ value: ` ${withGaps(value)} `, share }));
  const shareOf = (part: string) => {
    const searchedFor = withGaps(part);
    return values.reduce(
      (sum, { value, share }) => sum + (value.includes(searchedFor) ? share : 0),
      0,
    );
  };
  const parts = [...characters.keys()]
    .slice(0, 1 - PART)
    .filter((at) => PLAIN.test(piece(at)) && ASCII.test(piece(at)))
    .map((at) => ({ at, share: Math.max(shareOf(piece(at)), SCARCE) }))
    // Of equally rare ones those at the end, where numbers count.
    .sort((a, b) => a.share - b.share || b.at - a.at);
  if (parts.length === 0) return [containing(text)];
  const below = (share: number) => parts.filter((part) => part.share < share);
  const rare = below(RARE);
  const chosen = (rare.length < FEWEST_PARTS ? below(COMMON) : rare)
    .slice(0, MOST_PARTS)
    .map(({ at }) => at)
    .sort((a, b) => a - b);
  // Those in a row are one piece.
  return chosen
    .filter((at) => !chosen.includes(at - 1))
    .map((first) => {
      let last = first;
      while (chosen.includes(last + 1)) last += 1;
      return containing(piece(first, last));
    });
};

/** A sample that is finer than this takes longer to look at than it saves. */
const MOST_BOUNDS = 100;

const sampleOf = ({ frequent, shares, bounds }: SelectSamplesOfSearchedColumnsRow): Sample => {
  const others = bounds.filter((_, at) => at % Math.ceil(bounds.length / MOST_BOUNDS) === 0);
  const shareOfOthers = 1 - shares.reduce((sum, share) => sum + share, 0);
  return [
    ...frequent.slice(0, MOST_BOUNDS).map((value, at) => ({ value, share: shares[at] ?? 0 })),
    ...others.map((value) => ({ value, share: shareOfOthers / others.length })),
  ];
};

/** The patterns of a text, by what the columns have now; undefined for one of which the indexes have no part. */
export const readPatterns = async (db: Queryable, q: string): Promise<TextPatterns | undefined> => {
  const rows = await run(db, selectSamplesOfSearchedColumns, []);
  const rowOf = (name: string) => rows.find(({ column }) => column === name);
  const indexed = rowOf('letters')?.frequent.length ? UNICODE : ASCII;
  if (!indexed.test(q) || !indexed.test(asOneWord(q))) return undefined;
  const sampleAt = (name: keyof typeof COLUMNS): Sample => {
    const row = rowOf(COLUMNS[name]);
    return row ? sampleOf(row) : [];
  };
  const coreOf = (name: keyof typeof COLUMNS) => corePatterns(q, sampleAt(name));
  const addresses = sampleAt('address').map(({ value, share }) => ({
    value: asOneWord(value),
    share,
  }));
  return {
    text: containing(q),
    number: coreOf('number'),
    customer: coreOf('customer'),
    line: coreOf('line'),
    serial: coreOf('serial'),
    address: corePatterns(asOneWord(q), addresses),
  };
};

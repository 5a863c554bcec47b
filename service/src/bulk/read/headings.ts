import { type BulkSeparator, bulkSeparators, classifySearch, plainName } from '@cpe-desk/contract';
import { mostFrequentSeparator } from '../../platform/tables/read-csv.ts';
import { cellValue, storedCell } from './cells.ts';
import { matchHeading } from './match-heading.ts';
import { ReadFault } from './read-fault.ts';

export const MOST_COLUMNS = 64;
const LONGEST_HEADING = 200;

/** Whether a cell is a value rather than a name: it has no letter, or identifies something. */
const isValue = (text: string): boolean => !/\p{L}/u.test(text) || classifySearch(text).length > 0;

const isKnown = (text: string): boolean => matchHeading(text) !== undefined;

/** Refuses a second heading that differs in case, spaces, `_` and `-` only. */
const refuseDuplicate = (headings: readonly string[], line: number): void => {
  const seen = new Map<string, string>();
  for (const heading of headings) {
    const name = plainName(heading) || heading;
    const first = seen.get(name);
    if (first !== undefined)
      throw new ReadFault('duplicate-heading', `"${first}" and "${heading}" are the same`, line);
    seen.set(name, heading);
  }
};

/** Refuses headings that are too many or twice. */
export const checkHeadings = (headings: readonly string[], line: number): void => {
  if (headings.length > MOST_COLUMNS)
    throw new ReadFault('too-many-columns', `The file has over ${MOST_COLUMNS} columns`, line);
  refuseDuplicate(headings, line);
};

/** The headings in the first row of a table. */
export const headingsOf = (cells: readonly string[], line: number): string[] => {
  const texts = cells.map((cell) => cellValue(storedCell(cell)).replaceAll(/\s+/g, ' '));
  const count = texts.findLastIndex((text) => text !== '') + 1;
  const named = texts.slice(0, count);
  const hasNone = !named.some(isKnown) && named.some((text) => text !== '' && isValue(text));
  if (hasNone || named.some((text) => text.length > LONGEST_HEADING))
    throw new ReadFault(
      'no-heading',
      'The first row names no columns; begin the file with headings, one of them ticket',
      line,
    );
  const headings = named.map((text, index) => text || `(column ${index + 1})`);
  checkHeadings(headings, line);
  return headings;
};

/** The separator that splits the line of headings into the most known ones. */
export const separatorOf = (line: string): BulkSeparator => {
  const known = (separator: string) =>
    line.split(separator).filter((cell) => isKnown(cell.replaceAll('"', ''))).length;
  const [most, count] = bulkSeparators
    .map((separator) => [separator, known(separator)] as const)
    .reduce((best, each) => (each[1] > best[1] ? each : best));
  return count > 0 ? most : mostFrequentSeparator(line);
};

import { pipeline, Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { MOST_COLUMNS, TableFault, type TableRow } from './table.ts';

export const SEPARATORS = [',', ';', '\t'] as const;
export type Separator = (typeof SEPARATORS)[number];
/** The longest row, in characters. */
const LONGEST_ROW = 1_048_576;

/** The separator that a line of headings has most, outside of quotes. */
export const mostFrequentSeparator = (headings: string): Separator => {
  const plain = headings.replaceAll(/"[^"]*"/g, '');
  const count = (separator: string) => plain.split(separator).length;
  return SEPARATORS.reduce<Separator>(
    (best, each) => (count(each) > count(best) ? each : best),
    ',',
  );
};

/** Whether a text has a line that is not blank, with its end. */
const hasLine = (text: string): boolean => /[\r\n]/.test(text.trimStart());

/** The text up to its first line, and all of it again. */
const peekLine = async (chunks: AsyncIterator<string>) => {
  let start = '';
  while (!hasLine(start) && start.length <= LONGEST_ROW) {
    const { done, value } = await chunks.next();
    if (done) break;
    start += value;
  }
  const rest = { [Symbol.asyncIterator]: () => chunks };
  const all = async function* () {
    yield start;
    yield* rest;
  };
  return { line: start.trimStart().split(/[\r\n]/, 1)[0] ?? '', all: all() };
};

/**
 * The rows of a CSV file (RFC 4180) that arrives in pieces, the row of headings first. The heading
 * row shows the separator: comma, semicolon or tab. Empty lines are skipped. Each line may end with
 * LF, CRLF or CR.
 */
export async function* readCsv(
  chunks: AsyncIterable<string>,
  separatorOf: (headings: string) => Separator = mostFrequentSeparator,
): AsyncGenerator<TableRow> {
  const { line, all } = await peekLine(chunks[Symbol.asyncIterator]());
  const parser = parse({
    delimiter: separatorOf(line),
    ...{ info: true, relax_column_count: true, relax_quotes: true, skip_empty_lines: true },
    max_record_size: LONGEST_ROW,
    record_delimiter: ['\r\n', '\n', '\r'],
  });
  // The loop below gets its error.
  pipeline(Readable.from(all), parser, () => {});
  let last = 0;
  let pairs = 0;
  try {
    for await (const { record: cells, info } of parser as AsyncIterable<{
      record: string[];
      info: { lines: number };
    }>) {
      if (cells.length > MOST_COLUMNS)
        throw new TableFault('too-many-columns', `Line ${last + 1} has over ${MOST_COLUMNS} cells`);
      const breaks = cells.reduce((sum, cell) => sum + (cell.match(/[\r\n]/g)?.length ?? 0), 0);
      yield { number: info.lines - breaks - pairs, cells };
      // The parser counts a CRLF inside of quotes as two lines.
      pairs += cells.reduce((sum, cell) => sum + (cell.match(/\r\n/g)?.length ?? 0), 0);
      last = info.lines - pairs;
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = /at line (\d+)/.exec(error.message)?.[1] ?? error.lines;
    throw new TableFault(
      'unterminated-quote',
      `The quote at the beginning of a cell of line ${line} does not end`,
    );
  }
}

import { pipeline, Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { MOST_COLUMNS, TableFault, type TableRow } from './table.ts';

const SEPARATORS = [',', ';', '\t'] as const;
/** The longest row, in characters. */
const LONGEST_ROW = 1_048_576;

/** The separator that a line of headings has most, outside of quotes. */
const separatorOf = (headings: string): string => {
  const plain = headings.replaceAll(/"[^"]*"/g, '');
  const count = (separator: string) => plain.split(separator).length;
  return SEPARATORS.reduce((best, each) => (count(each) > count(best) ? each : best));
};

/** The text up to its first line, and all of it again. */
const peekLine = async (chunks: AsyncIterator<string>) => {
  let start = '';
  while (!/\S[^\r\n]*[\r\n]/.test(start)) {
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
 * row shows the separator: comma, semicolon or tab. Empty lines are skipped.
 */
export async function* readCsv(chunks: AsyncIterable<string>): AsyncGenerator<TableRow> {
  const { line, all } = await peekLine(chunks[Symbol.asyncIterator]());
  const parser = parse({
    delimiter: separatorOf(line),
    ...{ info: true, relax_column_count: true, relax_quotes: true, skip_empty_lines: true },
    max_record_size: LONGEST_ROW,
  });
  // The loop below gets its error.
  pipeline(Readable.from(all), parser, () => {});
  let last = 0;
  try {
    for await (const { record: cells, info } of parser as AsyncIterable<{
      record: string[];
      info: { lines: number };
    }>) {
      if (cells.length > MOST_COLUMNS)
        throw new TableFault('too-many-columns', `Line ${last + 1} has over ${MOST_COLUMNS} cells`);
      const breaks = cells.reduce((sum, cell) => sum + cell.split('\n').length - 1, 0);
      yield { number: info.lines - breaks, cells };
      last = info.lines;
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

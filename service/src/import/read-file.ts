import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Encoding } from '@cpe-desk/contract';
import { decodeChunks, REPLACEMENT } from '../platform/tables/decode-chunks.ts';
import { jsonValues } from '../platform/tables/json-values.ts';
import { readCsv } from '../platform/tables/read-csv.ts';
import { readXlsx } from '../platform/tables/read-xlsx.ts';
import type { TableRow } from '../platform/tables/table.ts';
import type { RowFault } from './fault.ts';
import { recordOfRow } from './row-record.ts';

/** A line of the file, from 1; in a JSON array also the number of the element, from 1. */
export type FilePlace = { line: number; item?: number };

/** A place in the words of a report. */
export const placeText = ({ line, item }: FilePlace): string =>
  item === undefined ? `line ${line}` : `line ${line}, item ${item}`;

/** A record as the file has it, or what keeps it from being read. */
export type FileRecord = FilePlace & ({ value: unknown } | { fault: RowFault });

/** The beginning of a ZIP file, which XLSX is. */
const ZIP = Buffer.from('PK\u0003\u0004');

const badEncoding: RowFault = {
  kind: 'bad-encoding',
  text: 'It has bytes that are not UTF-8: save the file as UTF-8, or name its encoding, as in --encoding windows-1252',
};
const notJson: RowFault = { kind: 'not-json', text: 'It is not JSON' };

const isZip = async (file: string): Promise<boolean> => {
  await using handle = await open(file);
  const { bytesRead, buffer } = await handle.read(Buffer.alloc(ZIP.length), 0, ZIP.length, 0);
  return bytesRead === ZIP.length && buffer.equals(ZIP);
};

async function* tableRecords(rows: AsyncIterable<TableRow>): AsyncGenerator<FileRecord> {
  let headings: string[] | undefined;
  for await (const { number: line, cells } of rows) {
    if (cells.every((cell) => cell.trim() === '')) continue;
    const extra = headings && cells.slice(headings.length).find((cell) => cell.trim() !== '');
    if (cells.some((cell) => cell.includes(REPLACEMENT))) yield { line, fault: badEncoding };
    else if (!headings) headings = cells.map((cell) => cell.trim());
    else if (extra !== undefined)
      yield { line, fault: { kind: 'too-many-cells', text: `"${extra}" is under no heading` } };
    else yield { line, value: recordOfRow(headings, cells) };
  }
}

async function* jsonRecords(chunks: AsyncIterable<string>): AsyncGenerator<FileRecord> {
  for await (const { value, isDamaged, ...place } of jsonValues(chunks)) {
    if (isDamaged) yield { ...place, fault: badEncoding };
    else yield value === undefined ? { ...place, fault: notJson } : { ...place, value };
  }
}

/** All text until the first character that says what it is, and all of it again. */
const peek = async (chunks: AsyncGenerator<string>) => {
  let start = '';
  while (start.trim() === '') {
    const { done, value } = await chunks.next();
    if (done) break;
    start += value;
  }
  const all = async function* () {
    yield start;
    yield* chunks;
  };
  return { first: start.trimStart()[0] ?? '', all: all() };
};

/**
 * The records of a file: XLSX, else by the first character of its text JSON, else CSV. The file is
 * streamed; one that cannot be read to its end throws.
 */
export async function* readFile(file: string, encoding?: Encoding): AsyncGenerator<FileRecord> {
  if (await isZip(file)) {
    yield* tableRecords(readXlsx(file));
    return;
  }
  const { first, all } = await peek(decodeChunks(createReadStream(file), encoding));
  yield* first === '{' || first === '[' ? jsonRecords(all) : tableRecords(readCsv(all));
}

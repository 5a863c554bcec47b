import type { BulkFormat, BulkSeparator, Encoding, Finding } from '@cpe-desk/contract';
import type { Queryable } from '../../platform/database/database.ts';
import { decodeChunks, REPLACEMENT } from '../../platform/tables/decode-chunks.ts';
import { jsonValues } from '../../platform/tables/json-values.ts';
import { readCsv } from '../../platform/tables/read-csv.ts';
import { readXlsx } from '../../platform/tables/read-xlsx.ts';
import type { TableRow } from '../../platform/tables/table.ts';
import { cellFaults, storedCell } from './cells.ts';
import { checkHeadings, headingsOf, separatorOf } from './headings.ts';
import { bytesOf, PartsReader } from './parts.ts';
import { ReadFault } from './read-fault.ts';

/** A row below the headings. `faults`: why it is malformed, whatever its columns mean. */
export type FileRow = { line: number; cells: string[]; faults: Finding[] };

/** A file that was uploaded. */
export type StoredFile = {
  bulkId: string;
  format: BulkFormat;
  bytes: number;
  encoding: Encoding | null;
  separator: BulkSeparator | null;
};

/** What becomes known while the rows are read. */
export type FileFacts = { headings: string[]; separator: BulkSeparator | null };

const badEncoding = (line: number) =>
  new ReadFault(
    'bad-encoding',
    'There are bytes that are not of this encoding: save the file as UTF-8, or name its encoding',
    line,
  );

const isBlank = (cells: readonly string[]) => cells.every((cell) => cell.trim() === '');

const wrongCount = (found: number, headings: readonly string[]): Finding => ({
  pointer: '',
  code: 'wrong-number-of-cells',
  detail: `The row has ${found} cells, the headings are ${headings.length}`,
});

/** A row's cells, one for each heading, and its faults. `isPadded`: cells at the end may lack. */
const rowOf = (
  { number: line, cells }: TableRow,
  headings: readonly string[],
  isPadded: boolean,
): FileRow => {
  const extra = cells.slice(headings.length);
  const isWrong = !isBlank(extra) || (!isPadded && cells.length < headings.length);
  const kept = isBlank(extra) ? cells.slice(0, headings.length) : [...cells];
  while (kept.length < headings.length) kept.push('');
  const faults = cellFaults(kept, headings);
  return {
    line,
    cells: kept,
    faults: isWrong ? [wrongCount(cells.length, headings), ...faults] : faults,
  };
};

async function* tableRows(
  rows: AsyncIterable<TableRow>,
  facts: FileFacts,
  { isPadded, isText }: { isPadded: boolean; isText: boolean },
): AsyncGenerator<FileRow> {
  for await (const row of rows) {
    if (isBlank(row.cells)) continue;
    if (isText && row.cells.some((cell) => cell.includes(REPLACEMENT)))
      throw badEncoding(row.number);
    if (facts.headings.length === 0) facts.headings.push(...headingsOf(row.cells, row.number));
    else yield rowOf(row, facts.headings, isPadded);
  }
}

const notText = (name: string): Finding => ({
  pointer: '',
  code: 'not-text',
  detail: `${name}: give text or a number; leave it out to keep the value, "(none)" clears it`,
});

const notAnObject: Finding = {
  pointer: '',
  code: 'not-json',
  detail: 'Give one JSON object on a line',
};

/** A row of NDJSON. Members that no row before had become headings. */
const recordRow = (line: number, value: unknown, headings: string[]): FileRow => {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { line, cells: [], faults: [notAnObject] };
  const faults: Finding[] = [];
  const cells = new Map<string, string>();
  for (const [given, member] of Object.entries(value)) {
    const name = storedCell(given);
    const isText = typeof member === 'string' || typeof member === 'number';
    if (!isText) faults.push(notText(name.slice(0, 100)));
    cells.set(name, isText ? String(member) : JSON.stringify(member));
    if (headings.includes(name)) continue;
    headings.push(name);
    if (name.trim() === '' || name.length > 200)
      throw new ReadFault(
        'no-heading',
        'A member has no name, or one of over 200 characters',
        line,
      );
    checkHeadings(headings, line);
  }
  const all = headings.map((name) => cells.get(name) ?? '');
  return { line, cells: all, faults: [...faults, ...cellFaults(all, headings)] };
};

async function* recordRows(chunks: AsyncIterable<string>, facts: FileFacts) {
  for await (const { line, value, isDamaged } of jsonValues(chunks)) {
    if (isDamaged) throw badEncoding(line);
    yield recordRow(line, value, facts.headings);
  }
}

/** The beginning of a compound file: an old or an encrypted workbook. */
const COMPOUND = Buffer.from('d0cf11e0', 'hex');
const ENCRYPTED = Buffer.from('EncryptedPackage', 'utf16le');

const refuseCompound = async (db: Queryable, bulkId: string): Promise<void> => {
  let isFirst = true;
  for await (const piece of bytesOf(db, bulkId)) {
    if (isFirst && !piece.subarray(0, COMPOUND.length).equals(COMPOUND)) return;
    isFirst = false;
    if (piece.includes(ENCRYPTED))
      throw new ReadFault('encrypted', 'The workbook is encrypted; save it without a password');
  }
};

/**
 * The rows of an uploaded file, in a stream. `facts` fill while they are read. Throws `ReadFault`
 * or `TableFault` where the file cannot be read to its end.
 */
export async function* readFile(
  db: Queryable,
  { bulkId, format, bytes, encoding }: StoredFile,
  facts: FileFacts,
): AsyncGenerator<FileRow> {
  if (format === 'xlsx') {
    await refuseCompound(db, bulkId);
    const rows = readXlsx({ reader: new PartsReader(db, bulkId), bytes });
    yield* tableRows(rows, facts, { isPadded: true, isText: false });
    return;
  }
  const chunks = decodeChunks(bytesOf(db, bulkId), encoding ?? 'utf-8');
  if (format === 'ndjson') {
    yield* recordRows(chunks, facts);
    return;
  }
  const choose = (line: string): BulkSeparator => {
    facts.separator ??= separatorOf(line);
    return facts.separator;
  };
  yield* tableRows(readCsv(chunks, choose), facts, { isPadded: false, isText: true });
}

import { posix } from 'node:path';
import type { Readable } from 'node:stream';
import {
  type Entry,
  fromRandomAccessReaderPromise,
  openPromise,
  type RandomAccessReader,
  type ZipFile,
} from 'yauzl';
import { parseXml } from './parse-xml.ts';
import { MOST_COLUMNS, TableFault, type TableRow } from './table.ts';

/** All parts of a workbook together, unpacked. */
const MOST_BYTES = 256 * 1024 * 1024;
/** A part packed better than this is made to fill a memory; small parts may be. */
const MOST_RATIO = 200;
const SMALL_BYTES = 1024 * 1024;
const MOST_PARTS = 10_000;

/**
 * The parts of a workbook by their path. yauzl checks that a part has no more bytes than its entry
 * says, so the sum of the entries is a limit.
 */
const partsOf = async (zip: ZipFile): Promise<Map<string, Entry>> => {
  const parts = new Map<string, Entry>();
  let bytes = 0;
  for await (const entry of zip.eachEntry()) {
    const { fileName, uncompressedSize: size, compressedSize: packed } = entry;
    bytes += size;
    if (bytes > MOST_BYTES || (size > SMALL_BYTES && size > packed * MOST_RATIO))
      throw new TableFault('too-large-unpacked', 'The spreadsheet is larger than 256 MiB unpacked');
    if (parts.size >= MOST_PARTS)
      throw new TableFault('not-a-spreadsheet', `The file has more than ${MOST_PARTS} parts`);
    if (entry.isEncrypted()) throw new TableFault('encrypted', 'The file is encrypted');
    parts.set(fileName, entry);
  }
  return parts;
};

/** Opens a part of the workbook; undefined where it has none. */
type Open = (path: string) => Promise<Readable | undefined>;

const opener = async (zip: ZipFile): Promise<Open> => {
  const parts = await partsOf(zip);
  return async (path) => {
    const entry = parts.get(path);
    return entry && (await zip.openReadStreamPromise(entry));
  };
};

/** Attributes of all elements with this name, in a small part. */
const elementsOf = async (
  part: Readable | undefined,
  name: string,
): Promise<Record<string, string>[]> => {
  const found: Record<string, string>[] = [];
  if (part) {
    const onOpen = (tag: string, attributes: Record<string, string>) => {
      if (tag === name) found.push(attributes);
    };
    for await (const _ of parseXml(part, { onOpen }));
  }
  return found;
};

/** What a relationship of the package, or of the workbook, names: its target by its kind. */
const targetsOf = async (open: Open, of: string) => {
  const [folder, file] = [posix.dirname(of), posix.basename(of)];
  const part = await open(posix.join(folder, '_rels', `${file}.rels`));
  return (await elementsOf(part, 'Relationship')).map(({ Id = '', Type = '', Target = '' }) => ({
    id: Id,
    kind: Type.slice(Type.lastIndexOf('/') + 1),
    path: Target.startsWith('/') ? Target.slice(1) : posix.join(folder, Target),
  }));
};

/** `_x000D_` is a character by its number (ECMA-376 part 1, ST_Xstring). */
const plain = (text: string): string =>
  text.replaceAll(/_x([\dA-F]{4})_/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );

const sharedTexts = async (part: Readable | undefined): Promise<string[]> => {
  const texts: string[] = [];
  if (!part) return texts;
  let text = '';
  let isPhonetic = false;
  const parsed = parseXml(part, {
    onOpen(tag) {
      if (tag === 'si') text = '';
      if (tag === 'rPh') isPhonetic = true;
    },
    onText(tag, piece) {
      if (tag === 't' && !isPhonetic) text += piece;
    },
    onClose(tag) {
      if (tag === 'rPh') isPhonetic = false;
      if (tag === 'si') texts.push(plain(text));
    },
  });
  for await (const _ of parsed);
  return texts;
};

/** The column of a reference such as `AB12`, from 0; undefined without one. */
const columnOf = (reference: string | undefined): number | undefined => {
  const letters = /^[A-Z]{1,3}/.exec(reference ?? '')?.[0];
  if (letters === undefined) return undefined;
  return [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1;
};

const cellText = (type: string | undefined, value: string, shared: readonly string[]): string => {
  if (type === 's') return shared[Number(value)] ?? '';
  if (type === 'b') return value === '1' ? 'true' : 'false';
  return type === undefined || type === 'n' ? value : plain(value);
};

async function* sheetRows(part: Readable, shared: readonly string[]): AsyncGenerator<TableRow> {
  let row: TableRow = { number: 0, cells: [] };
  let column = -1;
  let type: string | undefined;
  let value = '';
  let ready: TableRow[] = [];
  const parsed = parseXml(part, {
    onOpen(tag, { r, t }) {
      if (tag === 'row') [row, column] = [{ number: Number(r ?? row.number + 1), cells: [] }, -1];
      if (tag !== 'c') return;
      [type, value] = [t, ''];
      column = columnOf(r) ?? column + 1;
      if (column >= MOST_COLUMNS)
        throw new TableFault(
          'too-many-columns',
          `Row ${row.number} has over ${MOST_COLUMNS} cells`,
        );
    },
    onText(tag, piece) {
      // The stored value, never the formula (`f`).
      if (tag === 'v' || tag === 't') value += piece;
    },
    onClose(tag) {
      if (tag === 'c') {
        while (row.cells.length < column) row.cells.push('');
        row.cells[column] = cellText(type, value, shared);
      }
      if (tag === 'row') ready.push(row);
    },
  });
  for await (const _ of parsed) {
    yield* ready;
    ready = [];
  }
}

const notASpreadsheet = new TableFault(
  'not-a-spreadsheet',
  'The file is not an XLSX workbook with a sheet',
);

const openZip = (
  file: string | { reader: RandomAccessReader; bytes: number },
): Promise<ZipFile> => {
  const options = { lazyEntries: true, autoClose: false } as const;
  return typeof file === 'string'
    ? openPromise(file, options)
    : fromRandomAccessReaderPromise(file.reader, file.bytes, options);
};

/**
 * The rows of a workbook's first sheet, in a stream: each cell as text, a number as it is stored, a
 * formula by its stored value. Nothing is evaluated or fetched.
 */
export async function* readXlsx(
  file: string | { reader: RandomAccessReader; bytes: number },
): AsyncGenerator<TableRow> {
  const zip = await openZip(file).catch(() => {
    throw notASpreadsheet;
  });
  try {
    const open = await opener(zip);
    const workbook = (await targetsOf(open, '')).find(({ kind }) => kind === 'officeDocument');
    if (!workbook) throw notASpreadsheet;
    const [sheet] = await elementsOf(await open(workbook.path), 'sheet');
    const targets = await targetsOf(open, workbook.path);
    const path = targets.find(({ id }) => id === sheet?.['r:id'])?.path;
    const part = path === undefined ? undefined : await open(path);
    if (!part) throw notASpreadsheet;
    const texts = targets.find(({ kind }) => kind === 'sharedStrings')?.path;
    yield* sheetRows(part, await sharedTexts(texts === undefined ? undefined : await open(texts)));
  } finally {
    zip.close();
  }
}

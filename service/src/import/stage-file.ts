import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Encoding } from '@cpe-desk/contract';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { columns, copyText, importRow } from './import-row.ts';
import { type FilePlace, readFile } from './read-file.ts';
import { type Olts, readRecord } from './read-record.ts';
import type { LineRemark } from './remark.ts';

/** A member that nothing reads: in how many records, and where the first of them is. */
export type UnknownMember = { count: number } & FilePlace;

/** `isArray`: the file is a JSON array, and its records are numbered. */
export type Staged = { read: number; isArray: boolean; unknown: Map<string, UnknownMember> };

/** Text that is sent at a time. */
const PIECE = 65_536;
/** Most unknown members that are remembered by name. */
const MOST_UNKNOWN = 200;

/**
 * Copies the readable records of a file into `import_row`, all or none; nothing else is kept in
 * memory. Reports the other records. Throws for a file that cannot be read to its end.
 */
export const stageFile = async (
  client: pg.Client,
  {
    file,
    encoding,
    olts,
    remark,
  }: {
    file: string;
    encoding?: Encoding | undefined;
    olts: Olts;
    remark: (remark: LineRemark) => void;
  },
): Promise<Staged> => {
  const staged: Staged = { read: 0, isArray: false, unknown: new Map() };
  const addUnknown = (name: string, place: FilePlace) => {
    const before = staged.unknown.get(name);
    if (before) before.count += 1;
    else if (staged.unknown.size < MOST_UNKNOWN) staged.unknown.set(name, { count: 1, ...place });
  };
  const texts = async function* () {
    let piece = '';
    for await (const { line, item, ...found } of readFile(file, encoding)) {
      staged.read += 1;
      staged.isArray = item !== undefined;
      const place: FilePlace = item === undefined ? { line } : { line, item };
      const read =
        'fault' in found
          ? { ok: false as const, faults: [found.fault] }
          : readRecord(found.value, olts);
      if (!read.ok) {
        remark({ ...place, outcome: 'bad', faults: read.faults });
        continue;
      }
      for (const name of read.unknown) addUnknown(name, place);
      piece += copyText({ seq: staged.read, line, ...importRow(read.record, olts) });
      if (piece.length < PIECE) continue;
      yield piece;
      piece = '';
    }
    yield piece;
  };
  const copy = client.query(copyFrom(`copy import_row (${columns.join(', ')}) from stdin`));
  await pipeline(Readable.from(texts()), copy);
  return staged;
};

import { Readable } from 'node:stream';
import { RandomAccessReader } from 'yauzl';
import { maybeOne, type Queryable, run, statement } from '../../platform/database/database.ts';

/** Bytes of a part; all but the last of a file have as many. */
export const PART_BYTES = 256 * 1024;

const insertPart = statement<never, [bulkId: string, part: number, content: Buffer]>(
  'insert-bulk-part',
  'insert into cpe_bulk_part (bulk_id, part, content) values ($1, $2, $3)',
);

const selectPart = statement<{ content: Buffer }, [bulkId: string, part: number]>(
  'select-bulk-part',
  'select content from cpe_bulk_part where bulk_id = $1 and part = $2',
);

export const storePart = (
  db: Queryable,
  bulkId: string,
  part: number,
  content: Buffer,
): Promise<unknown> => run(db, insertPart, [bulkId, part, content]);

/** The bytes of a file from `start` on, until `end` where it is given. */
export async function* bytesOf(
  db: Queryable,
  bulkId: string,
  start = 0,
  end = Number.POSITIVE_INFINITY,
): AsyncGenerator<Buffer> {
  for (let at = start; at < end; ) {
    const part = Math.floor(at / PART_BYTES);
    const found = await maybeOne(db, selectPart, [bulkId, part]);
    if (!found) return;
    const from = at - part * PART_BYTES;
    const piece = found.content.subarray(from, Math.min(PART_BYTES, end - part * PART_BYTES));
    if (piece.length === 0) return;
    yield piece;
    at += piece.length;
    if (found.content.length < PART_BYTES) return;
  }
}

/** Reads a file of parts at any place, as a spreadsheet needs it. */
export class PartsReader extends RandomAccessReader {
  readonly #db: Queryable;
  readonly #bulkId: string;

  constructor(db: Queryable, bulkId: string) {
    super();
    this.#db = db;
    this.#bulkId = bulkId;
  }

  override _readStreamForRange(start: number, end: number): Readable {
    return Readable.from(bytesOf(this.#db, this.#bulkId, start, end), { objectMode: false });
  }
}

import { createHash } from 'node:crypto';
import { type Encoding, encodingOf } from '@cpe-desk/contract';
import { type Pool, run } from '../../platform/database/database.ts';
import { PART_BYTES, storePart } from './parts.ts';
import { deleteParts } from './read.sql.ts';

/** What is known of an upload when all of it has arrived. */
export type Arrived = {
  bytes: number;
  sha256: string;
  /** Its encoding if it is text; `isGuessed`: nothing says so for certain. */
  encoding: Encoding;
  isGuessed: boolean;
};

/** Learns the encoding of a text: a byte order mark decides, then the caller, then its bytes. */
class EncodingWatch {
  readonly #given: Encoding | undefined;
  readonly #decoder = new TextDecoder('utf-8', { fatal: true });
  #isUtf8 = true;
  #first: Buffer | undefined;

  constructor(given: Encoding | undefined) {
    this.#given = given;
  }

  see(part: Buffer, isLast: boolean): void {
    this.#first ??= part;
    try {
      if (this.#isUtf8) this.#decoder.decode(part, { stream: !isLast });
    } catch {
      this.#isUtf8 = false;
    }
  }

  get answer(): Pick<Arrived, 'encoding' | 'isGuessed'> {
    const known = encodingOf(this.#first ?? Buffer.alloc(0));
    if (known && !known.isGuessed) return known;
    if (this.#given) return { encoding: this.#given, isGuessed: false };
    if (known) return known;
    return this.#isUtf8
      ? { encoding: 'utf-8', isGuessed: false }
      : { encoding: 'windows-1252', isGuessed: true };
  }
}

/** Pieces of `PART_BYTES` each, but for the last. */
async function* partsOf(body: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of body) {
    pieces.push(piece);
    length += piece.length;
    if (length < PART_BYTES) continue;
    const all = Buffer.concat(pieces);
    let at = 0;
    for (; at + PART_BYTES <= all.length; at += PART_BYTES) yield all.subarray(at, at + PART_BYTES);
    pieces = [all.subarray(at)];
    length = all.length - at;
  }
  yield Buffer.concat(pieces);
}

/**
 * Stores a body in parts under the id of the bulk to come; `isStored` false only reads it.
 * Undefined where it is too large: the rest is then read and dropped, so that the caller gets an
 * answer.
 */
export const storeUpload = async (
  db: Pool,
  body: AsyncIterable<Buffer>,
  options: { bulkId: string; maxBytes: number; encoding: Encoding | undefined; isStored: boolean },
): Promise<Arrived | undefined> => {
  const { bulkId, maxBytes, isStored } = options;
  const digest = createHash('sha256');
  const watch = new EncodingWatch(options.encoding);
  let bytes = 0;
  let part = 0;
  try {
    for await (const content of partsOf(body)) {
      bytes += content.length;
      if (bytes > maxBytes) continue;
      digest.update(content);
      watch.see(content, content.length < PART_BYTES);
      if (isStored) await storePart(db, bulkId, part, content);
      part += 1;
    }
  } catch (error) {
    // The caller left, or the database is away; then housekeeping deletes them.
    await run(db, deleteParts, [bulkId]).catch(() => {});
    throw error;
  }
  if (bytes <= maxBytes) return { bytes, sha256: digest.digest('hex'), ...watch.answer };
  await run(db, deleteParts, [bulkId]);
  return undefined;
};

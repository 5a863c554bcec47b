import { randomUUIDv7 } from 'node:crypto';
import {
  type Bulk,
  type BulkFormat,
  type BulkNote,
  type BulkUploadQuery,
  type Caller,
  type Failure,
  NO_ROWS,
} from '@cpe-desk/contract';
import type { FastifyRequest } from 'fastify';
import { recordAccess } from '../../access/access-log/record-access.ts';
import {
  inTransaction,
  maybeOne,
  one,
  type Queryable,
  run,
} from '../../platform/database/database.ts';
import { failed, type Result } from '../../platform/result.ts';
import type { BulkDeps } from '../deps.ts';
import { bulkOf, loadBulk } from '../load-bulk.ts';
import {
  countOpenUploads,
  deleteParts,
  insertBulk,
  selectSameFile,
  selectUpload,
} from './read.sql.ts';
import { type Arrived, storeUpload } from './store-upload.ts';

/** Bulks of one person that are not final. */
const MOST_OPEN = 50;

export type Upload = {
  caller: Caller;
  request: FastifyRequest;
  format: BulkFormat;
  query: BulkUploadQuery;
  key: string | undefined;
  body: AsyncIterable<Buffer>;
};

/** The new bulk, or that of an earlier request with the same key. */
export type Uploaded = { bulk: Bulk; isReplayed: boolean };

const keyReused: Failure = {
  code: 'idempotency-key-reused',
  detail: 'This Idempotency-Key was used for a different file; use a new key for a new file',
};

/** The failure of a file with too many bytes. */
export const tooLarge = (maxBytes: number): Failure => ({
  code: 'body-too-large',
  detail: `Send at most ${maxBytes} bytes (BULK_MAX_BYTES); divide the file`,
});

const tooManyOpen: Failure = {
  code: 'too-many-requests',
  detail: `You have ${MOST_OPEN} bulks that have not ended; finish or cancel some`,
};

const notesOf = async (
  db: Queryable,
  { caller, format }: Upload,
  { sha256, encoding, isGuessed }: Arrived,
): Promise<BulkNote[]> => {
  const same = await maybeOne(db, selectSameFile, [sha256, caller.segmentGroups]);
  const guessed = `Nothing says how the text is encoded; it was read as ${encoding}`;
  return [
    ...(isGuessed && format !== 'xlsx'
      ? [{ code: 'encoding-guessed' as const, detail: guessed }]
      : []),
    ...(same
      ? [
          {
            code: 'same-file' as const,
            detail: `The same file was uploaded before, as ${same.name}`,
            bulkId: same.id,
          },
        ]
      : []),
  ];
};

const record = async (
  deps: BulkDeps,
  upload: Upload,
  bulkId: string,
  arrived: Arrived,
): Promise<boolean> => {
  const { caller, format, query, key, request } = upload;
  const { bytes, sha256 } = arrived;
  const name = query.name?.trim() || `bulk.${format}`;
  return inTransaction(deps.db, async (tx) => {
    const inserted = await maybeOne(tx, insertBulk, [
      ...([bulkId, name, format, format === 'xlsx' ? null : arrived.encoding] as const),
      ...([query.separator ?? null, bytes, sha256] as const),
      JSON.stringify(await notesOf(tx, upload, arrived)),
      ...([caller.segmentGroups, caller.id, caller.name, key ?? null] as const),
      JSON.stringify(NO_ROWS),
    ]);
    if (!inserted) return false;
    await recordAccess(tx, 'bulk-uploaded', caller, request, { bulkId, name, bytes, sha256 });
    return true;
  });
};

const answer = async (
  deps: BulkDeps,
  id: string,
  isReplayed: boolean,
): Promise<Result<Uploaded>> => {
  const row = await loadBulk(deps.db, id, null);
  if (!row) throw new Error('A bulk is never deleted');
  return { ok: true, value: { bulk: bulkOf(row), isReplayed } };
};

/** The answer to a key that was used before. */
const answerEarlier = (
  deps: BulkDeps,
  earlier: { id: string; file_sha256: string | null },
  { sha256 }: Arrived,
): Promise<Result<Uploaded>> | Result<Uploaded> =>
  earlier.file_sha256 === sha256 ? answer(deps, earlier.id, true) : failed(keyReused);

/**
 * Stores an uploaded file as a new bulk, which the background then reads. The same key with the
 * same bytes answers the same bulk.
 */
export const receiveUpload = async (deps: BulkDeps, upload: Upload): Promise<Result<Uploaded>> => {
  const { db, bulkLimits } = deps;
  const { caller, key, query } = upload;
  const find = () => (key === undefined ? undefined : maybeOne(db, selectUpload, [caller.id, key]));
  const earlier = await find();
  const isFull = !earlier && (await one(db, countOpenUploads, [caller.id])).count >= MOST_OPEN;
  if (isFull) return failed(tooManyOpen);
  const bulkId = randomUUIDv7();
  const arrived = await storeUpload(db, upload.body, {
    ...{ bulkId, maxBytes: bulkLimits.maxBytes, encoding: query.encoding, isStored: !earlier },
  });
  if (!arrived) return failed(tooLarge(bulkLimits.maxBytes));
  if (earlier) return answerEarlier(deps, earlier, arrived);
  if (await record(deps, upload, bulkId, arrived)) return answer(deps, bulkId, false);
  // Another request with the key came first.
  await run(db, deleteParts, [bulkId]);
  const first = await find();
  if (!first) throw new Error('The key of an upload is in use, and by no bulk');
  return answerEarlier(deps, first, arrived);
};

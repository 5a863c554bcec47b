import { maybeOne, type Queryable, run } from '../platform/database/database.ts';
import { anchorFiles, openFolder, readKept, writeAnchorFile, writeKept } from './anchor-folder.ts';
import { type RecordRow, selectDigests, selectLastRecord, selectRecords } from './anchor-queries.ts';
import { digestOf, parseRecord } from './anchor-record.ts';

const BATCH = 20;

type Place = {
  /** The last record that is here as the database has it. */
  number: number;
  digest: string | null;
  since: number;
  until: number;
  numbersHere: ReadonlySet<number>;
};

const findPlace = async (db: Queryable, dataDir: string): Promise<Place> => {
  await openFolder(dataDir);
  const files = await anchorFiles(dataDir);
  const kept = await readKept(dataDir);
  const rows = await run(db, selectDigests, [files.map(({ number }) => number)]);
  const digests = new Map(rows.map(({ number, digest }) => [number, digest]));
  const same = files.findLast(({ number, digestStart }) => digests.get(number)?.startsWith(digestStart));
  const numbersHere = new Set(files.map(({ number }) => number));
  const of = { number: same?.number ?? 0, digest: same ? (digests.get(same.number) ?? null) : null };
  if (kept) return { ...of, ...kept, numbersHere };
  const isNew = files.length === 0;
  const since = isNew ? ((await maybeOne(db, selectLastRecord, []))?.number ?? 0) : 0;
  const made = { since, until: isNew ? 0 : Math.max(...numbersHere) };
  await writeKept(dataDir, made);
  return { ...of, ...made, numbersHere };
};

const follows = ({ number, digest, body }: RecordRow, place: Place): boolean => {
  const isNext = number === place.number + 1;
  const isLinked = number === 1 || parseRecord(body)?.previous === place.digest;
  return isNext && isLinked && digestOf(body) === digest;
};

const notFollowing = ({ number }: RecordRow): Error =>
  new Error(
    `history record ${number} of the database does not follow the record before it in DATA_DIR; ` +
      'run npm run verify-history',
  );

/**
 * Copies new records from the database to this instance's DATA_DIR. It never fills a hole: a file
 * that was here and is gone stays missing, so that verification names it.
 */
export const recordCopier = (db: Queryable, dataDir: string) => {
  let place: Place | undefined;
  return async (stopping?: AbortSignal): Promise<void> => {
    place ??= await findPlace(db, dataDir);
    for (let rows: RecordRow[] = []; ; ) {
      rows = await run(db, selectRecords, [place.number, BATCH]);
      // After a lossy failover the database has other records than we know.
      if (rows[0] && !follows(rows[0], place)) {
        place = await findPlace(db, dataDir);
        rows = await run(db, selectRecords, [place.number, BATCH]);
      }
      for (const row of rows) {
        if (!follows(row, place)) throw notFollowing(row);
        if (row.number > place.until || place.numbersHere.has(row.number))
          await writeAnchorFile(dataDir, row);
        const { number, digest } = row;
        place = { ...place, number, digest, until: Math.max(place.until, number) };
      }
      if (rows.length > 0) await writeKept(dataDir, { since: place.since, until: place.until });
      if (rows.length < BATCH || stopping?.aborted) return;
    }
  };
};

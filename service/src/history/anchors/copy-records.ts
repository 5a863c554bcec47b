import { maybeOne, type Queryable, run } from '../../platform/database/database.ts';
import { anchorFiles, openFolder, readKept, writeAnchorFile, writeKept } from './anchor-folder.ts';
import { digestOf, parseRecord } from './anchor-record.ts';
import {
  type SelectHistoryRecordsRow,
  selectHistoryDigests,
  selectHistoryRecords,
  selectLastHistoryRecord,
} from './anchors.sql.ts';

const BATCH = 20;

type Position = {
  /** The last local record that equals the database's record. */
  number: number;
  digest: string | null;
  since: number;
  until: number;
  numbersHere: ReadonlySet<number>;
};

const findPosition = async (db: Queryable, dataDir: string): Promise<Position> => {
  await openFolder(dataDir);
  const files = await anchorFiles(dataDir);
  const kept = await readKept(dataDir);
  const rows = await run(db, selectHistoryDigests, [files.map(({ number }) => number)]);
  const digests = new Map(rows.map(({ number, digest }) => [number, digest]));
  const same = files.findLast(({ number, digestStart }) =>
    digests.get(number)?.startsWith(digestStart),
  );
  const numbersHere = new Set(files.map(({ number }) => number));
  const of = {
    number: same?.number ?? 0,
    digest: same ? (digests.get(same.number) ?? null) : null,
  };
  if (kept) return { ...of, ...kept, numbersHere };
  const isNew = files.length === 0;
  const since = isNew ? ((await maybeOne(db, selectLastHistoryRecord, []))?.number ?? 0) : 0;
  const made = { since, until: isNew ? 0 : Math.max(...numbersHere) };
  await writeKept(dataDir, made);
  return { ...of, ...made, numbersHere };
};

const follows = (
  { number, digest, body }: SelectHistoryRecordsRow,
  position: Position,
): boolean => {
  const isNext = number === position.number + 1;
  const isLinked = number === 1 || parseRecord(body)?.previous === position.digest;
  return isNext && isLinked && digestOf(body) === digest;
};

const notFollowing = ({ number }: SelectHistoryRecordsRow): Error =>
  new Error(
    `history record ${number} of the database does not follow the record before it in DATA_DIR; ` +
      'run npm run verify-history',
  );

/**
 * Copies new records from the database to this instance's DATA_DIR. It fills no gap: a local file
 * that was removed stays missing, so that verification names it.
 */
export const recordCopier = (db: Queryable, dataDir: string) => {
  let position: Position | undefined;
  return async (stopping?: AbortSignal): Promise<void> => {
    position ??= await findPosition(db, dataDir);
    for (let rows: SelectHistoryRecordsRow[] = []; ; ) {
      rows = await run(db, selectHistoryRecords, [position.number, BATCH]);
      // After a lossy failover the database's records differ from the copied ones.
      if (rows[0] && !follows(rows[0], position)) {
        position = await findPosition(db, dataDir);
        rows = await run(db, selectHistoryRecords, [position.number, BATCH]);
      }
      for (const row of rows) {
        if (!follows(row, position)) throw notFollowing(row);
        if (row.number > position.until || position.numbersHere.has(row.number))
          await writeAnchorFile(dataDir, row);
        const { number, digest } = row;
        position = { ...position, number, digest, until: Math.max(position.until, number) };
      }
      if (rows.length > 0)
        await writeKept(dataDir, { since: position.since, until: position.until });
      if (rows.length < BATCH || stopping?.aborted) return;
    }
  };
};

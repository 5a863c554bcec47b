import type { KeyObject } from 'node:crypto';
import {
  inTransaction,
  maybeOne,
  one,
  type Pool,
  type Queryable,
  run,
} from '../../platform/database/database.ts';
import { StartError } from '../../platform/process/start-error.ts';
import { selectHeads } from '../history.sql.ts';
import { anchorFiles, oldAnchorFiles, readAnchorFile } from './anchor-folder.ts';
import {
  digestOf,
  type HistoryRecord,
  isSigned,
  type OldAnchor,
  parseOldAnchor,
  parseRecord,
  signRecord,
} from './anchor-record.ts';
import {
  selectDatabaseTime,
  selectHistoryDigests,
  selectHistoryRestores,
  selectLastHistoryRecord,
} from './anchors.sql.ts';
import { recordCopier } from './copy-records.ts';
import { type Covered, coveredBy, lostHeads, uncovered } from './findings.ts';
import { addRecord } from './write-anchors.ts';

export type Restore = { restoredTo: Date; by: string; reason: string };

type LostAnchor = { name: string; digest: string; entries: { line: string; sequence: number }[] };

const refused = (message: string): StartError => new StartError('history-restore', message);

/** An anchor of this DATA_DIR that the database lacks, or whose entries it lacks. */
const lostAnchor = async (
  db: Queryable,
  {
    name,
    text,
    anchor,
  }: { name: string; text: string; anchor: HistoryRecord | OldAnchor | undefined },
  pems: readonly string[],
  restoredTo: Date,
): Promise<LostAnchor> => {
  if (!anchor || !isSigned(anchor, pems)) throw refused(`${name} is not signed by this desk`);
  if (Date.parse(anchor.at) <= restoredTo.getTime())
    throw refused(
      `${name} is of ${anchor.at}: a database restored to ${restoredTo.toISOString()} has it`,
    );
  return { name, digest: digestOf(text), entries: await lostHeads(db, anchor.heads) };
};

/** The entries that earlier restore records cover. */
const coveredBefore = async (db: Queryable, pems: readonly string[]): Promise<Covered> => {
  const records = (await run(db, selectHistoryRestores, [])).map(({ body }) => parseRecord(body));
  return coveredBy(
    records
      .filter((each) => each?.format === 'cpe-desk-restore-1')
      .filter((each) => isSigned(each, pems)),
  );
};

/** The anchors of this DATA_DIR that a restore made obsolete and no restore record covers. */
const lostAnchors = async (
  db: Queryable,
  dataDir: string,
  pems: readonly string[],
  restoredTo: Date,
): Promise<LostAnchor[]> => {
  const covered = await coveredBefore(db, pems);
  const isCovered = async (text: string, heads: HistoryRecord['heads']) => {
    const kept = covered.get(digestOf(text));
    return kept !== undefined && uncovered(await lostHeads(db, heads), kept).length === 0;
  };
  const lost: LostAnchor[] = [];
  for (const name of await oldAnchorFiles(dataDir)) {
    const text = await readAnchorFile(dataDir, name);
    const anchor = parseOldAnchor(text);
    if (!anchor || (await isCovered(text, anchor.heads))) continue;
    if ((await lostHeads(db, anchor.heads)).length > 0)
      lost.push(await lostAnchor(db, { name, text, anchor }, pems, restoredTo));
  }
  const files = await anchorFiles(dataDir);
  const rows = await run(db, selectHistoryDigests, [files.map(({ number }) => number)]);
  const digests = new Map(rows.map(({ number, digest }) => [number, digest]));
  for (const { name, number } of files) {
    const text = await readAnchorFile(dataDir, name);
    const anchor = parseRecord(text);
    if (digests.get(number) === digestOf(text) || (anchor && (await isCovered(text, anchor.heads))))
      continue;
    lost.push(await lostAnchor(db, { name, text, anchor }, pems, restoredTo));
  }
  return lost;
};

/**
 * Records that the database was restored: the obsolete anchors of this DATA_DIR, and the present
 * ends of the shortened chains. Verification then accepts these losses only.
 */
export const recordRestore = async (
  db: Pool,
  dataDir: string,
  { key, pems }: { key: KeyObject; pems: readonly string[] },
  { restoredTo, by, reason }: Restore,
): Promise<{ number: number; anchors: number; lines: number }> => {
  const recorded = await inTransaction(db, async (tx) => {
    const { now } = await one(tx, selectDatabaseTime, []);
    if (restoredTo >= now) throw refused("--to must be before now, by the database's clock");
    const lost = await lostAnchors(tx, dataDir, pems, restoredTo);
    if (lost.length === 0)
      throw refused(
        'The database has every entry that the anchors of DATA_DIR name: no entry was lost',
      );
    const lines = new Map<string, number>();
    for (const { line, sequence } of lost.flatMap(({ entries }) => entries))
      lines.set(line, Math.min(sequence, lines.get(line) ?? sequence));
    const heads = await run(tx, selectHeads, [[...lines.keys()].sort()]);
    const last = await maybeOne(tx, selectLastHistoryRecord, []);
    const record = signRecord(key, {
      format: 'cpe-desk-restore-1',
      number: (last?.number ?? 0) + 1,
      at: now.toISOString(),
      previous: last?.digest ?? null,
      restoredTo: restoredTo.toISOString(),
      by,
      reason,
      lost: lost.map(({ name, digest }) => ({ name, digest })),
      lines: [...lines].sort(),
      heads: heads.map(({ line, sequence, hash }) => [line, sequence, hash]),
    });
    await addRecord(tx, record, now.toISOString());
    return { number: record.number, anchors: lost.length, lines: lines.size };
  });
  await recordCopier(db, dataDir)();
  return recorded;
};

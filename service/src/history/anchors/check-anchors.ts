import { one, type Queryable, run } from '../../platform/database/database.ts';
import { selectHasOldHistory } from '../history.sql.ts';
import {
  type AnchorFile,
  anchorFiles,
  oldAnchorFiles,
  readAnchorFile,
  readKept,
} from './anchor-folder.ts';
import {
  digestOf,
  type HistoryRecord,
  isSigned,
  parseRecord,
  type RestoreRecord,
} from './anchor-record.ts';
import {
  type SelectHistoryRecordsRow,
  selectDatabaseTime,
  selectHistoryRecords,
} from './anchors.sql.ts';
import { checkOldAnchors } from './check-old-anchors.ts';
import { explainGap, type Moment } from './explain-gap.ts';
import { type Covered, coveredBy, type Findings, lostHeads, uncovered } from './findings.ts';

/** A running instance copies a record within a minute; a stopped instance copies none. */
const COPIED_WITHIN_MS = 2 * 60 * 60_000;

type Chain = {
  /** Digests by number. */
  digests: Map<number, string>;
  times: Map<number, number>;
  restores: RestoreRecord[];
  firstFollows: string | null;
  last: number;
};

const nameOf = (record: HistoryRecord): string =>
  record.format === 'cpe-desk-restore-1'
    ? `restore record ${record.number}`
    : `anchor ${record.number}`;

async function* records(db: Queryable): AsyncGenerator<SelectHistoryRecordsRow> {
  for (let after = 0; ; ) {
    const [row] = await run(db, selectHistoryRecords, [after, 1]);
    if (!row) return;
    yield row;
    after = row.number;
  }
}

/** Why a row is not the record that was signed; undefined where it is. */
const rowFault = (
  row: SelectHistoryRecordsRow,
  record: HistoryRecord,
  previous: string | null | undefined,
  pems: readonly string[],
): string | undefined => {
  const name = nameOf(record);
  if (!isSigned(record, pems)) return `${name} is not signed by this desk`;
  if (record.number !== row.number || digestOf(row.body) !== row.digest)
    return `${name} differs from its row in the database`;
  if (previous !== undefined && record.previous !== previous)
    return `the record before ${name} is missing or was changed`;
  return undefined;
};

/** Checks the chain of records in the database, and the history against it. */
const checkChain = async (
  db: Queryable,
  pems: readonly string[],
  { faults, notes }: Findings,
): Promise<Chain> => {
  const chain: Chain = {
    digests: new Map(),
    times: new Map(),
    restores: [],
    firstFollows: null,
    last: 0,
  };
  let before: Moment | undefined;
  for await (const row of records(db)) {
    if (row.number !== chain.last + 1)
      faults.push(`records ${chain.last + 1} to ${row.number - 1} are missing in the database`);
    const record = parseRecord(row.body);
    const previous = row.number === 1 ? undefined : (chain.digests.get(row.number - 1) ?? null);
    const fault = record
      ? rowFault(row, record, previous, pems)
      : `record ${row.number} cannot be read`;
    if (fault) faults.push(fault);
    chain.last = row.number;
    chain.digests.set(row.number, digestOf(row.body));
    if (!record) continue;
    if (row.number === 1) chain.firstFollows = record.previous;
    chain.times.set(row.number, Date.parse(record.at));
    if (record.format === 'cpe-desk-restore-1' && !fault) chain.restores.push(record);
    const gap = explainGap(before, record);
    if (gap) notes.push(gap);
    before = record;
    for (const { line, sequence } of await lostHeads(db, record.heads))
      faults.push(`line ${line}, entry ${sequence}: differs from ${nameOf(record)}`);
  }
  const { now } = await one(db, selectDatabaseTime, []);
  if (before && Date.parse(before.at) > now.getTime())
    notes.push(
      `the last record is of ${before.at}, later than the database's clock: the clock was set back`,
    );
  return chain;
};

const checkFile = async (
  db: Queryable,
  dataDir: string,
  { name, number }: AnchorFile,
  { chain, covered, pems }: { chain: Chain; covered: Covered; pems: readonly string[] },
  { faults }: Findings,
): Promise<void> => {
  const text = await readAnchorFile(dataDir, name);
  const digest = digestOf(text);
  if (chain.digests.get(number) === digest) return;
  const record = parseRecord(text);
  const lines = covered.get(digest);
  if (!record || !isSigned(record, pems)) faults.push(`${name} is not signed by this desk`);
  else if (!lines)
    faults.push(
      `${name} is not in the database: it was restored or rewound (npm run note-restore), or changed`,
    );
  if (!record) return;
  for (const { line, sequence } of uncovered(await lostHeads(db, record.heads), lines))
    faults.push(`line ${line}, entry ${sequence}: differs from ${name}`);
};

/** Checks this instance's copies of the records: each exists and equals the database's record. */
const checkFiles = async (
  db: Queryable,
  dataDir: string,
  context: { chain: Chain; covered: Covered; pems: readonly string[] },
  findings: Findings,
): Promise<void> => {
  const { chain } = context;
  const { faults, notes } = findings;
  const files = await anchorFiles(dataDir);
  const kept = await readKept(dataDir);
  if (files.length === 0 && !kept && chain.last > 0) {
    faults.push(
      `DATA_DIR has none of the ${chain.last} records of the database: they were removed, or no desk ` +
        'has run with this DATA_DIR yet',
    );
    return;
  }
  for (const file of files) await checkFile(db, dataDir, file, context, findings);
  const numbers = new Set(files.map(({ number }) => number));
  const until = Math.max(kept?.until ?? 0, ...numbers);
  const { now } = await one(db, selectDatabaseTime, []);
  const isHere = (number: number, digest: string) =>
    files.some((file) => file.number === number && digest.startsWith(file.digestStart));
  const isDue = (number: number) =>
    (number <= until && !numbers.has(number)) ||
    now.getTime() - (chain.times.get(number) ?? 0) > COPIED_WITHIN_MS;
  const missing = [...chain.digests]
    .filter(([number, digest]) => isDue(number) && !isHere(number, digest))
    .map(([number]) => number);
  for (const number of missing)
    faults.push(`record ${number} is missing in DATA_DIR/history-anchors`);
  if (kept && kept.since > 0)
    notes.push(
      `records 1 to ${kept.since} were copied here from the database when DATA_DIR was new: ` +
        'they prove nothing about the database before that',
    );
};

/**
 * Checks the history against all signed records: those of the database, and the copies in DATA_DIR.
 */
export const checkAnchors = async (
  db: Queryable,
  dataDir: string,
  pems: readonly string[],
): Promise<Findings> => {
  const findings: Findings = { faults: [], notes: [] };
  const chain = await checkChain(db, pems, findings);
  const covered = coveredBy(chain.restores);
  await checkFiles(db, dataDir, { chain, covered, pems }, findings);
  const since = (await readKept(dataDir))?.since ?? 0;
  const follows = since === 0 ? chain.firstFollows : null;
  await checkOldAnchors(db, dataDir, { pems, covered, follows }, findings);
  for (const { number, at, restoredTo, by, reason, lost } of chain.restores)
    findings.notes.push(
      `record ${number} of ${at}: the database was restored to ${restoredTo} by ${by} (${reason}); ` +
        `${lost.length} later anchors are obsolete`,
    );
  const hasAnchors = chain.last > 0 || (await oldAnchorFiles(dataDir)).length > 0;
  if (!hasAnchors && (await one(db, selectHasOldHistory, [])).found)
    findings.faults.push('no anchors exist, but the history has entries older than a day');
  return findings;
};

/**
 * A pass compares the recorded CPE of every line with the corp-data record and with NIG. The
 * corp-data record is repaired at once. The CPE and NIG stay unchanged: only people can decide
 * which of them is right.
 *
 * A pass is a row (`reconciliation`). It stores its progress after each batch, so that a restart or
 * another instance continues there. A lease keeps two instances from working on it.
 */
import { randomUUID } from 'node:crypto';
import type { Cpe, DriftHolder } from '@cpe-desk/contract';
import { closeIfCompared } from '../incident/close-incident.ts';
import { recordComparedLines } from '../incident/incident.sql.ts';
import { claimsOf } from '../line/claims.ts';
import type { Nig } from '../nig/nig.ts';
import { maybeOne, one, type Pool, run } from '../platform/database/database.ts';
import {
  corpDataDifference,
  type Difference,
  type Line,
  lineOf,
  nigDifference,
} from './compare-line.ts';
import {
  deleteDrifts,
  deleteOldRepairs,
  leaseReconciliation,
  openReconciliation,
  recordReconciliationProgress,
  releaseReconciliation,
  renewReconciliation,
  selectIsStill,
  selectLinesToReconcile,
  selectReconciliation,
  writeDrift,
} from './reconciliation.sql.ts';
import { repairCorpData } from './repair-corp-data.ts';

const BATCH = 200;
/** Concurrent calls to NIG: operators' updates have priority. */
const concurrencyOf = ({ nig }: ReconcileDeps): number =>
  nig.status().budgets.find(({ call }) => call === 'reconcile')?.most ?? 1;
const LEASE_MS = 30_000;
const RENEW_MS = 10_000;
const KEEP_REPAIRS_DAYS = 30;

/** How many lines a pass has handled. */
export type Counts = {
  compared: number;
  skipped: number;
  unanswered: number;
  repaired: number;
  drifted: number;
};

type Found = { lineId: string; holder: DriftHolder; difference: Difference };
export type PassEnd = 'done' | 'another instance works on it' | 'NIG does not answer' | 'stopped';
export type Pass = { end: PassEnd; counts: Counts | null };

export type ReconcileOptions = {
  /** Called with each difference. */
  onDifference?: (found: Found) => void;
  /** Called after each batch. */
  onProgress?: (counts: Counts) => void;
  signal?: AbortSignal;
};

/** What a pass needs. */
export type ReconcileDeps = {
  db: Pool;
  nig: Pick<Nig, 'cpeOf' | 'capabilities' | 'status'>;
  /** Timeout of one call to NIG, ms. */
  nigTimeoutMs: number;
};

const noCounts = (): Counts => ({
  compared: 0,
  skipped: 0,
  unanswered: 0,
  repaired: 0,
  drifted: 0,
});

const resumeOrOpen = async (
  { db }: ReconcileDeps,
  by: string,
): Promise<{ id: string; afterLine: string } | null> => {
  const open = await maybeOne(db, leaseReconciliation, [by, LEASE_MS]);
  if (open) return { id: open.id, afterLine: open.after_line };
  return (await maybeOne(db, openReconciliation, [by, LEASE_MS]))
    ? { id: by, afterLine: '' }
    : null;
};

/** The CPE that NIG holds for each line; absent where NIG did not answer or has no look-up. */
const fetchHeld = async (
  tools: ReconcileDeps,
  lines: readonly Line[],
): Promise<Map<string, Cpe | null>> => {
  const concurrency = concurrencyOf(tools);
  const held = new Map<string, Cpe | null>();
  const rest = [...lines];
  let calls = 0;
  const fetchNext = async (): Promise<void> => {
    for (let line = rest.pop(); line; line = rest.pop()) {
      // Each missing answer takes as long as a call may, so an unavailable NIG is not asked for
      // every line.
      if (calls >= 2 * concurrency && held.size === 0) return;
      calls++;
      const cpe = await tools.nig.cpeOf(line.id, { inBulk: true });
      if (cpe !== undefined) held.set(line.id, cpe);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, fetchNext));
  return held;
};

const writeNigDrift = (
  { db }: ReconcileDeps,
  { id, cpe, oltId }: Line,
  { fields, held }: Difference,
) => {
  const values = held ? claimsOf(held, oltId).map(({ kind, value }) => `${kind} ${value}`) : [];
  const sides = [JSON.stringify(cpe), held && JSON.stringify(held)] as const;
  return run(db, writeDrift, [id, 'nig', fields, ...sides, false, values]);
};

/**
 * During an incident: records these lines as compared since it began, without those read before it.
 */
const recordForIncident = async (
  { db, nigTimeoutMs }: ReconcileDeps,
  began: number,
  agreed: readonly Line[],
  differing: readonly Line[],
): Promise<void> => {
  const lines = [...agreed, ...differing].filter(({ incidentId }) => incidentId !== null);
  const [first] = lines;
  if (!first?.incidentId) return;
  const agrees = lines.map((line) => agreed.includes(line));
  const ids = lines.map(({ id }) => id);
  const times = [2 * nigTimeoutMs, performance.now() - began] as const;
  await run(db, recordComparedLines, [first.incidentId, ids, agrees, ...times]);
};

/**
 * Compares one batch and records what differs. Lines with an unsettled update wait for the next
 * pass.
 */
const compareBatch = async (
  tools: ReconcileDeps,
  all: readonly Line[],
  onDifference: (found: Found) => void,
): Promise<Counts> => {
  const lines = all.filter(({ isUnsettled }) => !isUnsettled);
  const counts = { ...noCounts(), compared: lines.length, skipped: all.length - lines.length };
  for (const line of lines) {
    const difference = corpDataDifference(line);
    if (!difference || !(await repairCorpData(tools.db, line.id))) continue;
    counts.repaired++;
    onDifference({ lineId: line.id, holder: 'corp-data', difference });
  }
  const began = performance.now();
  const held = await fetchHeld(tools, lines);
  counts.unanswered = tools.nig.capabilities.cpeOf ? lines.length - held.size : 0;
  const agreed: Line[] = [];
  const differing: Line[] = [];
  for (const line of lines) {
    const cpe = held.get(line.id);
    if (cpe === undefined) continue;
    const difference = nigDifference(line, cpe);
    if (!difference) agreed.push(line);
    // NIG may have answered during an update, so a line that changed meanwhile is not judged.
    else if ((await one(tools.db, selectIsStill, [line.id, line.version])).still) {
      await writeNigDrift(tools, line, difference);
      differing.push(line);
      counts.drifted++;
      onDifference({ lineId: line.id, holder: 'nig', difference });
    } else counts.skipped++;
  }
  await run(tools.db, deleteDrifts, [agreed.map(({ id }) => id)]);
  await recordForIncident(tools, began, agreed, differing);
  return counts;
};

const isSilent = ({ compared, unanswered }: Counts): boolean =>
  compared > 0 && unanswered === compared;

const runPass = async (
  tools: ReconcileDeps,
  pass: { id: string; afterLine: string },
  by: string,
  { onDifference = () => {}, onProgress = () => {}, signal }: ReconcileOptions,
): Promise<PassEnd> => {
  let { afterLine } = pass;
  while (!signal?.aborted) {
    const rows = await run(tools.db, selectLinesToReconcile, [afterLine, BATCH]);
    const counts = await compareBatch(tools, rows.map(lineOf), onDifference);
    // No line was compared while NIG did not answer: the pass continues from here when it answers
    // again.
    if (isSilent(counts)) return 'NIG does not answer';
    const isEnd = rows.length < BATCH;
    afterLine = rows.at(-1)?.id ?? afterLine;
    const { compared, skipped, unanswered, repaired, drifted } = counts;
    const numbers = [compared, skipped, unanswered, repaired, drifted] as const;
    const isRecorded = await maybeOne(tools.db, recordReconciliationProgress, [
      pass.id,
      by,
      LEASE_MS,
      afterLine,
      ...numbers,
      isEnd,
    ]);
    if (!isRecorded) return 'another instance works on it';
    onProgress(await one(tools.db, selectReconciliation, [pass.id]));
    if (isEnd) return 'done';
  }
  return 'stopped';
};

/**
 * Continues the open pass or starts one. Returns how it ended, and the counts of the whole pass.
 */
export const reconcile = async (
  tools: ReconcileDeps,
  options: ReconcileOptions = {},
): Promise<Pass> => {
  const by = randomUUID();
  const pass = await resumeOrOpen(tools, by);
  if (!pass) return { end: 'another instance works on it', counts: null };
  const renewing = setInterval(() => {
    run(tools.db, renewReconciliation, [pass.id, by, LEASE_MS]).catch(() => {}); // Expected: the database is unavailable; `runPass` reports it.
  }, RENEW_MS);
  try {
    const end = await runPass(tools, pass, by, options);
    if (end === 'done') await run(tools.db, deleteOldRepairs, [KEEP_REPAIRS_DAYS]);
    if (end === 'done') await closeIfCompared(tools.db);
    return { end, counts: await one(tools.db, selectReconciliation, [pass.id]) };
  } finally {
    clearInterval(renewing);
    await run(tools.db, releaseReconciliation, [pass.id, by]).catch(() => {}); // Expected: the database is unavailable; the lease ends anyway.
  }
};

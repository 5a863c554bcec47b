/**
 * One pass over all lines: the recorded CPE beside the corp-data record and NIG. The corp-data record follows the CPE at once;
 * neither the CPE nor NIG is ever changed here, as only people can tell which of them is right.
 *
 * A pass is a row (`reconciliation`): it notes after each batch how far it got, so that another start, or another
 * instance, goes on from there, and it is leased, so that two never work on it at once.
 */
import { randomUUID } from 'node:crypto';
import type { Cpe } from '@cpe-desk/contract';
import { closeIfCompared } from '../incident/close-incident.ts';
import { recordCompared } from '../incident/queries.ts';
import { claimsOf } from '../line/claims.ts';
import type { Nig } from '../nig/nig.ts';
import { maybeOne, one, type Pool, run } from '../platform/database/database.ts';
import { corpDataDifference, type Difference, type Line, lineOf, nigDifference } from './compare-line.ts';
import {
  type Counts,
  forgetDrifts,
  forgetOldRepairs,
  notePass,
  openPass,
  releasePass,
  renewPass,
  selectIsStill,
  selectLines,
  selectPass,
  takePass,
  writeDrift,
} from './queries.ts';
import { repairCorpData } from './repair-corp-data.ts';

const BATCH = 200;
/** NIG is asked about so many lines at a time: operators' updates come first. */
const AT_A_TIME = 8;
const GIVE_UP_AFTER = 2 * AT_A_TIME;
const LEASE_MS = 30_000;
const RENEW_MS = 10_000;
const KEEP_REPAIRS_DAYS = 30;

type Found = { lineId: string; holder: 'corp-data' | 'nig'; difference: Difference };
export type PassEnd = 'done' | 'another works on it' | 'NIG does not answer' | 'stopped';
export type Pass = { end: PassEnd; counts: Counts | null };

export type ReconcileOptions = {
  /** Told of each difference. */
  tell?: (found: Found) => void;
  /** Told after each batch. */
  progress?: (counts: Counts) => void;
  signal?: AbortSignal;
};

/** What a pass works with. */
export type ReconcileDeps = {
  db: Pool;
  nig: Pick<Nig, 'cpeOf'>;
  /** How long one call to NIG may take, ms. */
  nigTimeoutMs: number;
};

const noCounts = (): Counts => ({ compared: 0, skipped: 0, unanswered: 0, repaired: 0, drifted: 0 });

const takeOrOpen = async (
  { db }: ReconcileDeps,
  by: string,
): Promise<{ id: string; afterLine: string } | null> => {
  const open = await maybeOne(db, takePass, [by, LEASE_MS]);
  if (open) return { id: open.id, afterLine: open.after_line };
  return (await maybeOne(db, openPass, [by, LEASE_MS])) ? { id: by, afterLine: '' } : null;
};

/** What NIG holds for the lines; undefined where it did not say, or can not be asked. */
const askAll = async ({ nig }: ReconcileDeps, lines: readonly Line[]): Promise<Map<string, Cpe | null>> => {
  const held = new Map<string, Cpe | null>();
  const rest = [...lines];
  let asked = 0;
  const ask = async (): Promise<void> => {
    for (let line = rest.pop(); line; line = rest.pop()) {
      // Each silence takes as long as a call may: a NIG that is away is not waited for line by line.
      if (asked >= GIVE_UP_AFTER && held.size === 0) return;
      asked++;
      const cpe = await nig.cpeOf?.(line.id, { inBulk: true });
      if (cpe !== undefined) held.set(line.id, cpe);
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, ask));
  return held;
};

const writeNigDrift = ({ db }: ReconcileDeps, { id, cpe, oltId }: Line, { fields, held }: Difference) => {
  const values = held ? claimsOf(held, oltId).map(({ kind, value }) => `${kind} ${value}`) : [];
  const sides = [JSON.stringify(cpe), held && JSON.stringify(held)] as const;
  return run(db, writeDrift, [id, 'nig', fields, ...sides, false, values]);
};

/** While an incident is open: these lines are compared since. Those that were read before it began are not. */
const noteForIncident = async (
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
  await run(db, recordCompared, [first.incidentId, ids, agrees, ...times]);
};

/** Compares one batch and follows what it finds. Lines on which an update is under way wait for the next pass. */
const compareBatch = async (
  tools: ReconcileDeps,
  all: readonly Line[],
  tell: (found: Found) => void,
): Promise<Counts> => {
  const lines = all.filter(({ isUnsettled }) => !isUnsettled);
  const counts = { ...noCounts(), compared: lines.length, skipped: all.length - lines.length };
  for (const line of lines) {
    const difference = corpDataDifference(line);
    if (!difference || !(await repairCorpData(tools.db, line.id))) continue;
    counts.repaired++;
    tell({ lineId: line.id, holder: 'corp-data', difference });
  }
  const began = performance.now();
  const held = await askAll(tools, lines);
  counts.unanswered = tools.nig.cpeOf ? lines.length - held.size : 0;
  const agreed: Line[] = [];
  const differing: Line[] = [];
  for (const line of lines) {
    const cpe = held.get(line.id);
    if (cpe === undefined) continue;
    const difference = nigDifference(line, cpe);
    if (!difference) agreed.push(line);
    // NIG may have been asked in the middle of an update: then what was read before is no measure.
    else if ((await one(tools.db, selectIsStill, [line.id, line.version])).still) {
      await writeNigDrift(tools, line, difference);
      differing.push(line);
      counts.drifted++;
      tell({ lineId: line.id, holder: 'nig', difference });
    } else counts.skipped++;
  }
  await run(tools.db, forgetDrifts, [agreed.map(({ id }) => id)]);
  await noteForIncident(tools, began, agreed, differing);
  return counts;
};

const isSilent = ({ compared, unanswered }: Counts): boolean => compared > 0 && unanswered === compared;

const work = async (
  tools: ReconcileDeps,
  pass: { id: string; afterLine: string },
  by: string,
  { tell = () => {}, progress = () => {}, signal }: ReconcileOptions,
): Promise<PassEnd> => {
  let { afterLine } = pass;
  while (!signal?.aborted) {
    const rows = await run(tools.db, selectLines, [afterLine, BATCH]);
    const counts = await compareBatch(tools, rows.map(lineOf), tell);
    // What was compared with a silent NIG was not compared: the pass goes on from here when it speaks again.
    if (isSilent(counts)) return 'NIG does not answer';
    const isEnd = rows.length < BATCH;
    afterLine = rows.at(-1)?.id ?? afterLine;
    const { compared, skipped, unanswered, repaired, drifted } = counts;
    const numbers = [compared, skipped, unanswered, repaired, drifted] as const;
    const noted = await maybeOne(tools.db, notePass, [pass.id, by, LEASE_MS, afterLine, ...numbers, isEnd]);
    if (!noted) return 'another works on it';
    progress(await one(tools.db, selectPass, [pass.id]));
    if (isEnd) return 'done';
  }
  return 'stopped';
};

/** Goes on with the open pass, or starts one; answers how it ended and what the pass has counted so far. */
export const reconcile = async (tools: ReconcileDeps, options: ReconcileOptions = {}): Promise<Pass> => {
  const by = randomUUID();
  const pass = await takeOrOpen(tools, by);
  if (!pass) return { end: 'another works on it', counts: null };
  const renewing = setInterval(() => {
    run(tools.db, renewPass, [pass.id, by, LEASE_MS]).catch(() => {}); // Expected: the database is away; `work` says so.
  }, RENEW_MS);
  try {
    const end = await work(tools, pass, by, options);
    if (end === 'done') await run(tools.db, forgetOldRepairs, [KEEP_REPAIRS_DAYS]);
    if (end === 'done') await closeIfCompared(tools.db);
    return { end, counts: await one(tools.db, selectPass, [pass.id]) };
  } finally {
    clearInterval(renewing);
    await run(tools.db, releasePass, [pass.id, by]).catch(() => {}); // Expected: the database went away; the lease ends by itself.
  }
};

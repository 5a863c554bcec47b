import { setTimeout as sleep } from 'node:timers/promises';
import type { Commits } from './database/commits.ts';
import { type Pool, run, statement } from './database/database.ts';

/** Judges one thing that the desk needs to take requests. */
export type ReadinessCheck = {
  name: string;
  /** What is wrong, in one sentence that anybody may read; undefined when all is well. */
  fault(): Promise<string | undefined>;
};

/** One member of the answer of a ready desk. */
export type ReadinessDetail = {
  name: string;
  /** Undefined: the member is absent. */
  value(): Promise<unknown>;
};

export type ReadinessAnswer =
  | { isReady: true; details: Record<string, unknown> }
  | { isReady: false; faults: string[] };

export type Readiness = {
  addCheck(check: ReadinessCheck): void;
  addDetail(detail: ReadinessDetail): void;
  /** Asks all checks. Callers that ask at the same time get one answer. */
  ask(): Promise<ReadinessAnswer>;
};

/** A probe must not hang: a check that takes longer is a fault, a detail that does is absent. */
const DEADLINE_MS = 2000;

const within = async <Value>(work: Promise<Value>, late: Value): Promise<Value> => {
  const over = new AbortController();
  const deadline = sleep(DEADLINE_MS, late, { ref: false, signal: over.signal }).catch(() => late);
  return Promise.race([work, deadline]).finally(() => over.abort());
};

const faultOf = async ({ name, fault }: ReadinessCheck): Promise<string | undefined> => {
  const found = await within(
    fault().catch(() => 'cannot be checked'),
    `does not answer within ${DEADLINE_MS / 1000} s`,
  );
  return found && `${name}: ${found}`;
};

const detailOf = async ({ name, value }: ReadinessDetail): Promise<[string, unknown]> => [
  name,
  await within(
    value().catch(() => undefined),
    undefined,
  ),
];

/** The checks and details of `/readyz`. Each part of the desk adds its own. */
export const createReadiness = (): Readiness => {
  const checks: ReadinessCheck[] = [];
  const details: ReadinessDetail[] = [];
  const askNow = async (): Promise<ReadinessAnswer> => {
    const faults = (await Promise.all(checks.map(faultOf))).filter((fault) => fault !== undefined);
    if (faults.length > 0) return { isReady: false, faults };
    return { isReady: true, details: Object.fromEntries(await Promise.all(details.map(detailOf))) };
  };
  let asking: Promise<ReadinessAnswer> | undefined;
  return {
    addCheck: (check) => void checks.push(check),
    addDetail: (detail) => void details.push(detail),
    ask() {
      asking ??= askNow().finally(() => {
        asking = undefined;
      });
      return asking;
    },
  };
};

const selectWriting = statement<{ is_read_only: boolean; is_recovering: boolean }>(
  'select-writing',
  `select current_setting('transaction_read_only')::boolean as is_read_only,
          pg_is_in_recovery() as is_recovering`,
);

/** Whether the database can write: one that only reads answers everything but the updates. */
export const databaseCheck = (probe: Pool, commits: Pick<Commits, 'areConfirmed'>): ReadinessCheck => ({
  name: 'database',
  async fault() {
    try {
      const [row] = await run(probe, selectWriting, []);
      if (row?.is_recovering) return 'it is a standby or is recovering, so nothing can be written';
      if (row?.is_read_only) return 'it is read-only, so nothing can be written';
      return commits.areConfirmed() ? undefined : 'it does not confirm commits';
    } catch {
      // The problem's answer is public; the pool's log has the error.
      return 'it does not answer';
    }
  },
});

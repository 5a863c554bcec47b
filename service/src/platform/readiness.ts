import { setTimeout as sleep } from 'node:timers/promises';
import type { Commits } from './database/commits.ts';
import { type Pool, run } from './database/database.ts';
import { selectWriting } from './readiness.sql.ts';

/** Checks one thing that the desk needs to take requests. */
export type ReadinessCheck = {
  name: string;
  /** The fault in one sentence for everyone; undefined where there is none. */
  fault(): Promise<string | undefined>;
};

/** A member of the answer of a ready desk. */
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
  /** Runs all checks. Concurrent callers share one answer. */
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
  const runChecks = async (): Promise<ReadinessAnswer> => {
    const faults = (await Promise.all(checks.map(faultOf))).filter((fault) => fault !== undefined);
    if (faults.length > 0) return { isReady: false, faults };
    return { isReady: true, details: Object.fromEntries(await Promise.all(details.map(detailOf))) };
  };
  let running: Promise<ReadinessAnswer> | undefined;
  return {
    addCheck: (check) => void checks.push(check),
    addDetail: (detail) => void details.push(detail),
    ask() {
      running ??= runChecks().finally(() => {
        running = undefined;
      });
      return running;
    },
  };
};

/** Whether the database can write. A read-only database serves everything except updates. */
export const databaseCheck = (
  probe: Pool,
  commits: Pick<Commits, 'areConfirmed'>,
): ReadinessCheck => ({
  name: 'database',
  async fault() {
    try {
      const [row] = await run(probe, selectWriting, []);
      if (row?.is_recovering) return 'it is a standby or is recovering, so it accepts no writes';
      if (row?.is_read_only) return 'it is read-only, so it accepts no writes';
      return commits.areConfirmed() ? undefined : 'it does not confirm commits';
    } catch {
      // This answer is public; the pool's log has the error.
      return 'it does not answer';
    }
  },
});

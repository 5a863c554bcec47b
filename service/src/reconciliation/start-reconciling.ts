import type { DatabaseWatch } from '../incident/database-watch.ts';
import { selectOpenIncident } from '../incident/incident.sql.ts';
import { maybeOne, one } from '../platform/database/database.ts';
import type { Log } from '../platform/log.ts';
import { repeat, reportFailure } from '../platform/repeat.ts';
import { type ReconcileDeps, reconcile } from './reconcile.ts';
import { selectReconciliationDue } from './reconciliation.sql.ts';

/** How often this instance checks whether a pass is due, or an open pass can continue. */
const CHECK_EVERY_MS = 10 * 60_000;
/** During an incident, lines that could not be compared are retried this soon, then more slowly. */
const SHORTEST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 60_000;
/**
 * How often this instance checks for an incident that another instance opened before it stopped.
 */
const INCIDENT_EVERY_MS = 15_000;
const HOUR_MS = 60 * 60_000;

export type ReconcilingDeps = ReconcileDeps & {
  watch: Pick<DatabaseWatch, 'onIncident'>;
  log: Log;
};

const runDuePass = async (
  deps: ReconcilingDeps,
  everyHours: number,
  signal: AbortSignal,
): Promise<void> => {
  const everyMs = everyHours === 0 ? null : everyHours * HOUR_MS;
  if (!(await one(deps.db, selectReconciliationDue, [everyMs])).due) return;
  const { end, counts } = await reconcile(deps, {
    signal,
    onDifference: ({ lineId, holder, difference: { fields } }) =>
      deps.log.warn(
        { lineId, holder, fields },
        holder === 'nig'
          ? 'the CPE in NIG differs from the recorded CPE'
          : 'corp-data record repaired',
      ),
  });
  deps.log.info({ end, counts }, 'reconciliation');
};

/**
 * Reconciles all lines every `everyHours` (0: never), and at once during an incident. One of the
 * instances does it at a time, until stopped.
 */
export const startReconciling = (
  deps: ReconcilingDeps,
  everyHours: number,
): { stop(): Promise<void> } => {
  const stopped = new AbortController();
  let wait = SHORTEST_WAIT_MS;
  let checkedAt = Number.NEGATIVE_INFINITY;
  /** Runs a due pass; returns the time until the next check. */
  const check = async (): Promise<number> => {
    const isIncident = (await maybeOne(deps.db, selectOpenIncident, [])) !== undefined;
    if (!isIncident) wait = SHORTEST_WAIT_MS;
    if (!isIncident && performance.now() - checkedAt < CHECK_EVERY_MS) return INCIDENT_EVERY_MS;
    checkedAt = performance.now();
    await runDuePass(deps, everyHours, stopped.signal);
    if (!(await maybeOne(deps.db, selectOpenIncident, []))) return INCIDENT_EVERY_MS;
    wait = Math.min(LONGEST_WAIT_MS, 2 * wait);
    return wait;
  };
  const failed = reportFailure(deps.log, 'reconciliation');
  const loop = repeat({ round: check, failed, retryMs: INCIDENT_EVERY_MS });
  deps.watch.onIncident(loop.runNow);
  return {
    stop() {
      stopped.abort();
      return loop.stop();
    },
  };
};

import type { DatabaseWatch } from '../incident/database-watch.ts';
import { selectOpenIncident } from '../incident/queries.ts';
import { maybeOne, one } from '../platform/database/database.ts';
import type { Log } from '../platform/log.ts';
import { repeat, reportFailure } from '../platform/repeat.ts';
import { selectPassDue } from './queries.ts';
import { type ReconcileDeps, reconcile } from './reconcile.ts';

/** How often this instance looks whether a pass is due, or whether one that was left open can go on. */
const LOOK_EVERY_MS = 10 * 60_000;
/** While an incident is open, lines that could not be compared are tried again this soon, then more slowly. */
const SOONEST_MS = 1000;
const SLOWEST_MS = 60_000;
/** How often this instance looks whether another one has opened an incident and gone away. */
const INCIDENT_EVERY_MS = 15_000;
const HOUR_MS = 60 * 60_000;

export type KeepReconcilingDeps = ReconcileDeps & { watch: Pick<DatabaseWatch, 'onIncident'>; log: Log };

const passIfDue = async (
  deps: KeepReconcilingDeps,
  everyHours: number,
  signal: AbortSignal,
): Promise<void> => {
  const everyMs = everyHours === 0 ? null : everyHours * HOUR_MS;
  if (!(await one(deps.db, selectPassDue, [everyMs])).due) return;
  const { end, counts } = await reconcile(deps, {
    signal,
    tell: ({ lineId, holder, difference: { fields } }) =>
      deps.log.warn(
        { lineId, holder, fields },
        holder === 'nig' ? 'NIG holds another CPE than is recorded' : 'corp-data record repaired',
      ),
  });
  deps.log.info({ end, counts }, 'reconciliation');
};

/**
 * Reconciles all lines every `everyHours` (0: never), and at once while an incident is open, in one of the
 * instances, until stopped.
 */
export const startReconciling = (
  deps: KeepReconcilingDeps,
  everyHours: number,
): { stop(): Promise<void> } => {
  const stopped = new AbortController();
  let wait = SOONEST_MS;
  let lookedAt = Number.NEGATIVE_INFINITY;
  /** Looks; answers how long to wait until the next look. */
  const look = async (): Promise<number> => {
    const isIncident = (await maybeOne(deps.db, selectOpenIncident, [])) !== undefined;
    if (!isIncident) wait = SOONEST_MS;
    if (!isIncident && performance.now() - lookedAt < LOOK_EVERY_MS) return INCIDENT_EVERY_MS;
    lookedAt = performance.now();
    await passIfDue(deps, everyHours, stopped.signal);
    if (!(await maybeOne(deps.db, selectOpenIncident, []))) return INCIDENT_EVERY_MS;
    wait = Math.min(SLOWEST_MS, 2 * wait);
    return wait;
  };
  const failed = reportFailure(deps.log, 'reconciliation');
  const looking = repeat({ round: look, failed, retryMs: INCIDENT_EVERY_MS });
  deps.watch.onIncident(looking.hurry);
  return {
    stop() {
      stopped.abort();
      return looking.stop();
    },
  };
};

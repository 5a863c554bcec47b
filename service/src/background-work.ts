import { deleteOldAccesses } from './access/access-log/delete-old-accesses.ts';
import { dropClearIdTokens } from './access/sign-in/portal-session.ts';
import type { AppDeps } from './app.ts';
import { startPreparing } from './bulk/check/start-preparing.ts';
import { deleteLostUploads } from './bulk/read/delete-lost-uploads.ts';
import { startBulks } from './bulk/run/run-bulks.ts';
import { deleteOldRows } from './bulk/show/delete-old-rows.ts';
import type { Config } from './config/config.ts';
import { withBatches } from './cpe-update/batches.ts';
import { pruneEvents } from './cpe-update/events/announce-state.ts';
import { pruneKeys } from './cpe-update/idempotency.ts';
import { startSettling } from './cpe-update/settle/settle-updates.ts';
import { startAnchoring } from './history/anchors/start-anchoring.ts';
import { createHistoryMonths } from './history/history-months.ts';
import { deleteOldEntries } from './inbox/read-inbox.ts';
import { type Chore, startHousekeeping } from './operations/housekeeping.ts';
import { countChoreFailures, type Metrics } from './operations/metrics.ts';
import { summariseUpdates } from './overview/summarise.ts';
import type { Pool } from './platform/database/database.ts';
import type { Databases } from './platform/database/databases.ts';
import { forgetOldWriters } from './platform/read-standby.ts';
import { type ReconcilingDeps, startReconciling } from './reconciliation/start-reconciling.ts';
import { startRepairing } from './repair/start-repairing.ts';
import { fillMissingSearchText } from './tickets/search/fill-search-text.ts';

/** The hourly chores, which also run at the start. */
const choresOf = (db: Pool, { TZ, ACCESS_LOG_DAYS, BULK_KEEP_DAYS }: Config): Chore[] => [
  { name: 'create the next months of the history', run: () => createHistoryMonths(db) },
  { name: 'delete plain-text ID tokens', run: () => dropClearIdTokens(db) },
  { name: 'delete old idempotency keys', run: () => pruneKeys(db) },
  { name: 'forget old writers', run: () => forgetOldWriters(db) },
  { name: 'delete old events', run: () => pruneEvents(db) },
  { name: 'delete old entries of inboxes', run: () => deleteOldEntries(db) },
  { name: 'count settled updates for the overview', run: () => summariseUpdates(db, TZ) },
  ...(ACCESS_LOG_DAYS === undefined
    ? []
    : [{ name: 'delete old accesses', run: deleteOldAccesses(db, ACCESS_LOG_DAYS) }]),
  { name: 'delete lost uploads', run: () => deleteLostUploads(db) },
  { name: 'delete the rows of old bulks', run: deleteOldRows(db, BULK_KEEP_DAYS) },
  {
    name: 'fill in the search text of tickets',
    run: (stopping) => fillMissingSearchText(db, stopping),
  },
];

/** Starts the background work, on connections of its own. */
export const startBackgroundWork = (
  deps: AppDeps & ReconcilingDeps,
  { settling, background: db }: Databases,
  config: Config,
  { stack, metrics }: { stack: AsyncDisposableStack; metrics: Metrics },
): void => {
  const { signingKey: key, log } = deps;
  const { DATA_DIR: dataDir, HISTORY_ANCHOR_URL: url } = config;
  // Stopped after all writers of history, so that the last anchor covers every entry.
  stack.defer(startAnchoring({ db, key, dataDir, url, log }).stop);
  stack.defer(startSettling({ ...deps, db: settling }).stop);
  const bulkConcurrency = config.BULK_NIG_CONCURRENCY;
  stack.defer(startBulks(withBatches({ ...deps, db: settling, bulkConcurrency })).stop);
  stack.defer(startRepairing(withBatches({ ...deps, db: settling })).stop);
  stack.defer(startReconciling({ ...deps, db }, config.RECONCILE_EVERY_HOURS).stop);
  const chores = choresOf(db, config);
  const onFailure = countChoreFailures(
    metrics,
    chores.map(({ name }) => name),
  );
  stack.defer(startHousekeeping(chores, log, { onFailure }).stop);
  stack.defer(startPreparing({ ...deps, db }).stop);
};

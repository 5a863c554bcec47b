/**
 * Starts the desk: configuration, data folder, database, NIG, portal, server, in this order, and
 * stops them in reverse. `--help` prints the settings, `--check-config` their faults.
 */
import type { FastifyBaseLogger } from 'fastify';
import { pino } from 'pino';
import { deleteOldAccesses } from './access/access-log/delete-old-accesses.ts';
import { recordPolicy } from './access/access-log/record-access.ts';
import { dropClearIdTokens } from './access/sign-in/portal-session.ts';
import type { SignInConfig } from './access/sign-in/sign-in-config.ts';
import { type AppDeps, buildApp, CLOSING_GRACE_MS } from './app.ts';
import { type Config, readConfig } from './config/config.ts';
import { configHelp } from './config/config-help.ts';
import { withBatches } from './cpe-update/batches.ts';
import { pruneEvents } from './cpe-update/events/announce-state.ts';
import { pruneKeys } from './cpe-update/idempotency.ts';
import { retryWrites } from './cpe-update/retry-writes.ts';
import { startSettling } from './cpe-update/settle/settle-updates.ts';
import { startAnchoring } from './history/anchors/start-anchoring.ts';
import { createHistoryMonths } from './history/history-months.ts';
import { watchDatabase } from './incident/database-watch.ts';
import { incidentDetail } from './incident/readiness-detail.ts';
import { loadVendorIds } from './line/catalogue/vendor-ids.ts';
import { listenForUpdates } from './live/live-updates.ts';
import { openNig } from './nig/adapters/open-nig.ts';
import { PROTECTION, protectNig } from './nig/protect-nig.ts';
import { type Chore, startHousekeeping } from './operations/housekeeping.ts';
import { createMetrics, type Metrics, measureDatabase, measureNig } from './operations/metrics.ts';
import { type MetricsAccess, serveMetrics } from './operations/serve-metrics.ts';
import { checkTimeZone } from './overview/check-time-zone.ts';
import { summariseUpdates } from './overview/summarise.ts';
import type { Pool } from './platform/database/database.ts';
import type { Databases } from './platform/database/databases.ts';
import { describeInstance, nameOf, registerInstance } from './platform/instances/registry.ts';
import { schemaCheck, schemaFault } from './platform/instances/schema-guard.ts';
import { lockDataDir } from './platform/process/data-dir-lock.ts';
import { sessionSecret } from './platform/process/session-secret.ts';
import { StartError, systemErrorCode } from './platform/process/start-error.ts';
import { stopOnSignals } from './platform/process/stop-on-signals.ts';
import {
  createReadiness,
  databaseCheck,
  type Readiness,
  type ReadinessCheck,
} from './platform/readiness.ts';
import { watchStandby } from './platform/standby.ts';
import { type ReconcilingDeps, startReconciling } from './reconciliation/start-reconciling.ts';
import { startRepairing } from './repair/start-repairing.ts';
import { buildPortalIfStale, PORTAL_FOLDER } from './start/build-portal.ts';
import { checkListening } from './start/check-listening.ts';
import { issuerConfig } from './start/issuer-config.ts';
import { chooseParts, type Parts, type StandIns } from './start/stand-ins.ts';
import { startDatabase } from './start/start-database.ts';
import { welcome } from './start/welcome.ts';
import { fillMissingSearchText } from './tickets/search/fill-search-text.ts';

const print = (line: string) => void process.stdout.write(`${line}\n`);

/** `npm run dev` serves the portal itself. */
const WITHOUT_PORTAL = process.argv.includes('--without-portal');

const printError = (message: string) => {
  process.stderr.write(`${message}\n`);
  process.exitCode = 1;
};

/** NIG: the one that is configured, else its stand-in. */
const startNig = async (
  part: Parts['nig'],
  config: Config,
  log: FastifyBaseLogger,
  stack: AsyncDisposableStack,
) => {
  let url = part;
  if (typeof url !== 'string') {
    const standIn = await url({
      ...{ port: config.NIG_PORT, adapter: config.NIG_ADAPTER },
      ...{ dataDir: config.DATA_DIR, print },
    });
    stack.defer(standIn.stop);
    url = standIn.url;
  }
  const nig = await openNig(config, url, log);
  stack.defer(nig.close);
  return { url, nig };
};

const protectionOf = ({ NIG_CONCURRENCY, NIG_RATE_PER_S }: Config) => ({
  ...PROTECTION,
  concurrency: NIG_CONCURRENCY,
  perSecond: NIG_RATE_PER_S,
});

const signInOf = async (issuer: Parts['issuer'], config: Config): Promise<SignInConfig> => ({
  ...(await issuerConfig(
    config,
    typeof issuer === 'string' ? issuer : issuer.urlAt(config.PUBLIC_URL),
  )),
  publicUrl: config.PUBLIC_URL,
  sessionIdleMinutes: config.SESSION_IDLE_MINUTES,
  sessionHours: config.SESSION_HOURS,
  sessionSecret: await sessionSecret(config.SESSION_SECRET, config.DATA_DIR),
});

/** The hourly chores, which also run at the start. */
const choresOf = (db: Pool, { TZ, ACCESS_LOG_DAYS }: Config): Chore[] => [
  { name: 'create the next months of the history', run: () => createHistoryMonths(db) },
  { name: 'delete plain-text ID tokens', run: () => dropClearIdTokens(db) },
  { name: 'delete old idempotency keys', run: () => pruneKeys(db) },
  { name: 'delete old events', run: () => pruneEvents(db) },
  { name: 'count settled updates for the overview', run: () => summariseUpdates(db, TZ) },
  ...(ACCESS_LOG_DAYS === undefined
    ? []
    : [{ name: 'delete old accesses', run: deleteOldAccesses(db, ACCESS_LOG_DAYS) }]),
  {
    name: 'fill in the search text of tickets',
    run: (stopping) => fillMissingSearchText(db, stopping),
  },
];

type JoinedDeps = Pick<
  AppDeps,
  'db' | 'reads' | 'searches' | 'commits' | 'later' | 'instance' | 'schemas' | 'readiness'
>;

/**
 * Registers this instance where it may write to the present database, and keeps checking that it
 * may.
 */
const joinDatabase = async (
  { flow: db, reads, searches, probe, commits }: Databases,
  log: FastifyBaseLogger,
  stack: AsyncDisposableStack,
): Promise<JoinedDeps> => {
  const self = describeInstance();
  const { schemas } = self;
  const fault = await schemaFault(db, schemas);
  if (fault) throw new StartError('schema', `The desk does not start: ${fault}`);
  const registered = await registerInstance(db, self, log);
  stack.defer(registered.stop);
  const readiness = createReadiness();
  readiness.addCheck(databaseCheck(probe, commits));
  readiness.addCheck(schemaCheck(probe, schemas));
  readiness.addDetail(incidentDetail(probe));
  const later = retryWrites(log);
  stack.defer(later.stop);
  return { db, reads, searches, commits, later, instance: nameOf(self), schemas, readiness };
};

/** Shows the database's standby and connections in metrics, the standby also at `/readyz`. */
const watchDatabaseUse = (
  databases: Databases,
  { DATABASE_SYNC }: Config,
  { metrics, readiness, log }: { metrics: Metrics; readiness: Readiness; log: FastifyBaseLogger },
  stack: AsyncDisposableStack,
): void => {
  const standby = watchStandby(databases.flow, DATABASE_SYNC, log);
  stack.defer(standby.stop);
  readiness.addCheck(standby.check);
  measureDatabase(metrics, databases, standby);
};

/** Starts the background work, on connections of its own. */
const startBackgroundWork = (
  deps: AppDeps & ReconcilingDeps,
  { settling, background: db }: Databases,
  config: Config,
  stack: AsyncDisposableStack,
): void => {
  const { signingKey: key, log } = deps;
  const { DATA_DIR: dataDir, HISTORY_ANCHOR_URL: url } = config;
  // Stopped after all writers of history, so that the last anchor covers every entry.
  stack.defer(startAnchoring({ db, key, dataDir, url, log }).stop);
  stack.defer(startSettling({ ...deps, db: settling }).stop);
  stack.defer(startRepairing(withBatches({ ...deps, db: settling })).stop);
  stack.defer(startReconciling({ ...deps, db }, config.RECONCILE_EVERY_HOURS).stop);
  stack.defer(startHousekeeping(choresOf(db, config), log).stop);
};

const policyOf = (config: Config): AppDeps['policy'] => ({
  editableSegmentGroups: config.EDITABLE_SEGMENT_GROUPS,
  allowedPrefixes: config.CPE_ALLOWED_PREFIXES,
  unknownModel: config.UNKNOWN_MODEL,
});

/** `/readyz`: not while the desk drains. */
const stoppingCheck = (stopping: AbortSignal): ReadinessCheck => ({
  name: 'stopping',
  fault: async () => (stopping.aborted ? 'the desk is about to stop' : undefined),
});

const metricsAccessOf = (config: Config): MetricsAccess => ({
  token: config.METRICS_TOKEN ?? null,
  hasOwnPort: config.METRICS_PORT !== undefined,
});

const openMetricsPort = async (
  { HOST: host, METRICS_PORT: port, METRICS_TOKEN: token }: Config,
  { registry }: Metrics,
  stack: AsyncDisposableStack,
): Promise<void> => {
  if (port === undefined) return;
  stack.defer((await serveMetrics(registry, { host, port, token: token ?? null })).stop);
};

/** Lines are written beside the requests, several at once where they come fast. */
const openLog = ({ LOG_LEVEL: level }: Config): FastifyBaseLogger =>
  pino({ level }, pino.destination({ sync: false }));

/** Starts every part. Started parts are on the stack, also when a later part fails. */
const startDesk = async (
  config: Config,
  parts: Parts,
  stack: AsyncDisposableStack,
  stopping: AbortSignal,
): Promise<void> => {
  const log = openLog(config);
  const lock = await lockDataDir(config.DATA_DIR);
  stack.defer(lock.release);
  const { listenUrl, databases, signingKey } = await startDatabase(config, {
    print,
    log,
    stack,
    signal: stopping,
    loadData: parts.loadData,
  });
  const joined = await joinDatabase(databases, log, stack);
  joined.readiness.addCheck(stoppingCheck(stopping));
  const { url: nigUrl, nig } = await startNig(parts.nig, config, log, stack);
  joined.readiness.addDetail({ name: 'nig', value: async () => nig.capabilities });
  if (!WITHOUT_PORTAL) await buildPortalIfStale(print);

  const { flow: db, reads } = databases;
  const watch = await watchDatabase(db, config.DATA_DIR, log);
  stack.defer(watch.stop);
  const live = await listenForUpdates(reads, listenUrl, log, watch);
  stack.defer(live.stop);
  if (config.DATABASE_URL !== undefined) await checkListening(db, live);
  const metrics = createMetrics();
  watchDatabaseUse(databases, config, { ...joined, metrics, log }, stack);
  const deps: AppDeps & ReconcilingDeps = withBatches({
    ...joined,
    live,
    watch,
    log,
    nig: protectNig(measureNig(nig, metrics), protectionOf(config)),
    policy: policyOf(config),
    vendorIds: await loadVendorIds(db),
    signingKey,
    timeZone: config.TZ,
    nigTimeoutMs: config.NIG_TIMEOUT_MS,
    settleDeadlineMs: config.SETTLE_DEADLINE_MS,
  });
  await checkTimeZone(db, deps.timeZone);
  await recordPolicy(db, deps.policy);
  startBackgroundWork(deps, databases, config, stack);

  const signIn = await signInOf(parts.issuer, config);
  const ownIssuer = typeof parts.issuer === 'string' ? undefined : parts.issuer;
  const app = await buildApp({
    deps,
    metrics,
    metricsAccess: metricsAccessOf(config),
    log,
    signIn,
    issuerRoutes: ownIssuer?.routes(signIn, config.DATA_DIR),
    portal: WITHOUT_PORTAL ? null : PORTAL_FOLDER,
    trustedProxies: config.TRUSTED_PROXIES,
    isDraining: () => stopping.aborted,
    limits: {
      requestsPerMinutePerCaller: config.RATE_LIMIT_PER_MINUTE,
      requestsPerMinutePerAddress: config.RATE_LIMIT_PER_ADDRESS,
      connections: config.MAX_CONNECTIONS,
      connectionsPerAddress: config.MAX_CONNECTIONS_PER_ADDRESS,
    },
  });
  stack.defer(() => app.close());
  await openMetricsPort(config, metrics, stack);
  await app.listen({ host: config.HOST, port: config.PORT });
  await lock.update({ address: config.PUBLIC_URL });
  print(welcome(config.PUBLIC_URL, { nigUrl, howToTry: ownIssuer?.welcome(config.PUBLIC_URL) }));
};

/** The setting whose port another program has. */
const inUse = (error: unknown, { PORT, METRICS_PORT }: Config): string => {
  const isMetrics = error instanceof Error && 'port' in error && error.port === METRICS_PORT;
  return isMetrics ? `METRICS_PORT ${METRICS_PORT}` : `PORT ${PORT}`;
};

/** The message of an error that needs no stack; undefined for any other error. */
const messageOf = (error: unknown, config: Config): string | undefined => {
  if (error instanceof StartError) return error.message;
  const code = systemErrorCode(error);
  if (code === 'EADDRINUSE')
    return `${inUse(error, config)} is in use; stop the program that listens there, or start with another one`;
  if (code === 'EADDRNOTAVAIL' || code === 'EACCES')
    return `HOST ${config.HOST}, PORT ${config.PORT} cannot be listened on (${code})`;
  if (config.DATABASE_URL !== undefined && code !== undefined)
    return `The database of DATABASE_URL cannot be used: ${error instanceof Error ? error.message : code}`;
  return undefined;
};

/** Time for the parts to end after the last request, ms. */
const PARTS_END_WITHIN_MS = 3000;

const startAndStop = async (config: Config, parts: Parts): Promise<void> => {
  const stack = new AsyncDisposableStack();
  const stopping = new AbortController();
  const started = startDesk(config, parts, stack, stopping.signal);
  const startEnds = started.catch(() => {});
  stopOnSignals({
    drain: () => stopping.abort(),
    startEnds,
    stop: () => stack.disposeAsync(),
    graceMs: config.SHUTDOWN_GRACE_S * 1000,
    limitMs: config.NIG_TIMEOUT_MS + CLOSING_GRACE_MS + PARTS_END_WITHIN_MS,
    print,
  });
  try {
    await started;
  } catch (error) {
    // A stop during the start ends the started parts, and with them a wait for the database.
    if (stopping.signal.aborted) return;
    await stack.disposeAsync();
    const message = messageOf(error, config);
    if (message === undefined) throw error;
    printError(message);
  }
};

/** Runs the desk as the environment says; answers when it has started, or cannot. */
export const run = async (standIns: StandIns): Promise<void> => {
  if (process.argv.includes('--help'))
    return print(
      `npm start or npm run serve, with these environment variables:\n\n${configHelp()}`,
    );
  const read = readConfig(process.env);
  if (!read.ok) return printError(read.messages.join('\n'));
  const chosen = await chooseParts(read.config, standIns);
  if (!chosen.ok) return printError(chosen.messages.join('\n'));
  if (process.argv.includes('--check-config')) return print('The configuration is complete.');
  return startAndStop(read.config, chosen.parts);
};

if (import.meta.main) await run({});

import type { FastifyBaseLogger } from 'fastify';
import { pino } from 'pino';
import { recordPolicy } from './access/access-log/record-access.ts';
import type { SignInConfig } from './access/sign-in/sign-in-config.ts';
import { type AppDeps, buildApp } from './app.ts';
import { startBackgroundWork } from './background-work.ts';
import type { Config } from './config/config.ts';
import { isMetricsToken } from './config/server.ts';
import { withBatches } from './cpe-update/batches.ts';
import { retryWrites } from './cpe-update/retry-writes.ts';
import { type DatabaseWatch, watchDatabase } from './incident/database-watch.ts';
import { incidentDetail } from './incident/readiness-detail.ts';
import { loadVendorIds } from './line/catalogue/vendor-ids.ts';
import { type LiveUpdates, listenForUpdates } from './live/live-updates.ts';
import { openNig } from './nig/adapters/open-nig.ts';
import { PROTECTION, protectNig } from './nig/protect-nig.ts';
import { traceNig } from './nig/trace-nig.ts';
import { followLogLevel } from './operations/log-level-routes.ts';
import {
  createMetrics,
  type Metrics,
  measureCertificate,
  measureDatabase,
  measureNig,
  measureReadStandby,
} from './operations/metrics.ts';
import { type MetricsAccess, serveMetrics } from './operations/serve-metrics.ts';
import { checkTimeZone } from './overview/check-time-zone.ts';
import type { Databases } from './platform/database/databases.ts';
import { describeInstance, nameOf, registerInstance } from './platform/instances/registry.ts';
import { schemaCheck, schemaFault } from './platform/instances/schema-guard.ts';
import { controlLogLevel, type LogLevelControl } from './platform/log-level.ts';
import { lockDataDir } from './platform/process/data-dir-lock.ts';
import { sessionSecret } from './platform/process/session-secret.ts';
import { StartError } from './platform/process/start-error.ts';
import { secretReader } from './platform/process/watched-file.ts';
import { openReadStandby, type ReadStandby } from './platform/read-standby.ts';
import { createReadiness, databaseCheck, type ReadinessCheck } from './platform/readiness.ts';
import { watchStandby } from './platform/standby.ts';
import type { ReconcilingDeps } from './reconciliation/start-reconciling.ts';
import { buildPortalIfStale, PORTAL_FOLDER } from './start/build-portal.ts';
import { checkListening } from './start/check-listening.ts';
import { issuerConfig } from './start/issuer-config.ts';
import { openTls } from './start/open-tls.ts';
import type { Parts } from './start/stand-ins.ts';
import { startDatabase } from './start/start-database.ts';
import { startTracing } from './start/start-tracing.ts';
import { welcome } from './start/welcome.ts';

export const print = (line: string) => void process.stdout.write(`${line}\n`);

/** `npm run dev` serves the portal itself. */
const WITHOUT_PORTAL = process.argv.includes('--without-portal');

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

const protectionOf = ({ NIG_CONCURRENCY, NIG_RATE_PER_S, BULK_NIG_CONCURRENCY }: Config) => ({
  ...PROTECTION,
  concurrency: NIG_CONCURRENCY,
  bulkConcurrency: BULK_NIG_CONCURRENCY,
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

type JoinedDeps = Pick<
  AppDeps,
  'db' | 'reads' | 'searches' | 'commits' | 'later' | 'instance' | 'schemas' | 'readiness'
> & { standby: ReadStandby | undefined };

/** The standby of DATABASE_READ_URL; undefined without one. It may be away at the start. */
const openStandbyOf = (
  databases: Databases,
  { DATABASE_READ_URL, DATABASE_POOL, DATABASE_PREPARE }: Config,
  options: { instanceId: string; log: FastifyBaseLogger },
  stack: AsyncDisposableStack,
): ReadStandby | undefined => {
  if (DATABASE_READ_URL === undefined) return undefined;
  const sizes = { connections: DATABASE_POOL, prepares: DATABASE_PREPARE };
  const standby = openReadStandby(DATABASE_READ_URL, databases, { ...options, ...sizes });
  stack.defer(standby.stop);
  return standby;
};

/**
 * Registers this instance where it may write to the present database, and keeps checking that it
 * may.
 */
const joinDatabase = async (
  databases: Databases,
  config: Config,
  log: FastifyBaseLogger,
  stack: AsyncDisposableStack,
): Promise<JoinedDeps> => {
  const { flow: db, reads, searches, probe, commits } = databases;
  const self = describeInstance();
  const { id: instanceId, schemas } = self;
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
  const standby = openStandbyOf(databases, config, { instanceId, log }, stack);
  const instance = nameOf(self);
  return { db, reads, searches, standby, commits, later, instance, schemas, readiness };
};

/** Shows the standbys and connections in metrics, the synchronous standby also at `/readyz`. */
const watchDatabaseUse = (
  { flow, usage, onStatement }: Databases,
  { DATABASE_SYNC }: Config,
  {
    metrics,
    ...of
  }: Pick<JoinedDeps, 'standby' | 'readiness'> & { metrics: Metrics; log: FastifyBaseLogger },
  stack: AsyncDisposableStack,
): void => {
  const watch = watchStandby(flow, DATABASE_SYNC, of.log);
  stack.defer(watch.stop);
  of.readiness.addCheck(watch.check);
  const all = () => ({ ...usage(), ...of.standby?.usage() });
  measureDatabase(metrics, { usage: all, onStatement }, watch);
  if (of.standby) measureReadStandby(metrics, of.standby);
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
  token: secretReader(config.METRICS_TOKEN, config.METRICS_TOKEN_FILE, isMetricsToken),
  hasOwnPort: config.METRICS_PORT !== undefined,
});

const openMetricsPort = async (
  config: Config,
  { registry }: Metrics,
  stack: AsyncDisposableStack,
): Promise<void> => {
  const { HOST: host, METRICS_PORT: port } = config;
  if (port === undefined) return;
  const { token } = metricsAccessOf(config);
  stack.defer((await serveMetrics(registry, { host, port, token })).stop);
};

/**
 * Lines are written beside the requests, several at once where they come fast. SIGUSR2 switches
 * between debug and LOG_LEVEL.
 */
const openLog = (
  { LOG_LEVEL: level }: Config,
  stack: AsyncDisposableStack,
): { log: FastifyBaseLogger; logLevel: LogLevelControl } => {
  const log = pino({ level }, pino.destination({ sync: false }));
  const logLevel = controlLogLevel(log);
  stack.defer(logLevel.stop);
  process.on('SIGUSR2', logLevel.toggleDebug);
  stack.defer(() => void process.off('SIGUSR2', logLevel.toggleDebug));
  return { log, logLevel };
};

/** Follows what the instances of the database announce. */
const hearDatabase = async (
  { flow, reads }: Databases,
  listenUrl: string,
  { config, log, logLevel }: { config: Config; log: FastifyBaseLogger; logLevel: LogLevelControl },
  stack: AsyncDisposableStack,
): Promise<{ watch: DatabaseWatch; live: LiveUpdates }> => {
  const watch = await watchDatabase(flow, config.DATA_DIR, log);
  stack.defer(watch.stop);
  const live = await listenForUpdates(reads, listenUrl, log, watch);
  stack.defer(live.stop);
  followLogLevel(live, logLevel);
  if (config.DATABASE_URL !== undefined) await checkListening(flow, live);
  return { watch, live };
};

const bulkDepsOf = (config: Config): Pick<AppDeps, 'bulkLimits' | 'bulkRate'> => ({
  bulkLimits: { maxBytes: config.BULK_MAX_BYTES, maxRows: config.BULK_MAX_ROWS },
  bulkRate: config.BULK_RATE || null,
});

/** Starts every part. Started parts are on the stack, also when a later part fails. */
export const startDesk = async (
  config: Config,
  parts: Parts,
  stack: AsyncDisposableStack,
  stopping: AbortSignal,
): Promise<void> => {
  const { log, logLevel } = openLog(config, stack);
  const tls = openTls(config, log);
  const lock = await lockDataDir(config.DATA_DIR);
  stack.defer(lock.release);
  const { listenUrl, databases, signingKey } = await startDatabase(config, {
    print,
    log,
    stack,
    signal: stopping,
    loadData: parts.loadData,
  });
  const joined = await joinDatabase(databases, config, log, stack);
  joined.readiness.addCheck(stoppingCheck(stopping));
  stack.defer((await startTracing(config, joined.instance, log)).stop);
  const { url: nigUrl, nig } = await startNig(parts.nig, config, log, stack);
  joined.readiness.addDetail({ name: 'nig', value: async () => nig.capabilities });
  if (!WITHOUT_PORTAL) await buildPortalIfStale(print);

  const { flow: db } = databases;
  const heard = await hearDatabase(databases, listenUrl, { config, log, logLevel }, stack);
  const metrics = createMetrics();
  measureCertificate(metrics, tls);
  watchDatabaseUse(databases, config, { ...joined, metrics, log }, stack);
  const deps: AppDeps & ReconcilingDeps = withBatches({
    ...joined,
    ...heard,
    log,
    nig: protectNig(measureNig(traceNig(nig), metrics), protectionOf(config)),
    policy: policyOf(config),
    vendorIds: await loadVendorIds(db),
    signingKey,
    timeZone: config.TZ,
    nigTimeoutMs: config.NIG_TIMEOUT_MS,
    settleDeadlineMs: config.SETTLE_DEADLINE_MS,
    ...bulkDepsOf(config),
  });
  await checkTimeZone(db, deps.timeZone);
  await recordPolicy(db, deps.policy);
  startBackgroundWork(deps, databases, config, { stack, metrics });

  const signIn = await signInOf(parts.issuer, config);
  const ownIssuer = typeof parts.issuer === 'string' ? undefined : parts.issuer;
  const app = await buildApp({
    deps,
    metrics,
    metricsAccess: metricsAccessOf(config),
    log,
    logLevel,
    signIn,
    issuerRoutes: ownIssuer?.routes(signIn, config.DATA_DIR),
    portal: WITHOUT_PORTAL ? null : PORTAL_FOLDER,
    tls,
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

import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { afterEach } from 'node:test';
import { segmentGroups } from '@cpe-desk/contract';
import type { FastifyBaseLogger } from 'fastify';
import { pino } from 'pino';
import type { Policy } from '../../src/access/policy.ts';
import { type AppDeps, buildApp } from '../../src/app.ts';
import { startPreparing } from '../../src/bulk/check/start-preparing.ts';
import type { BulkLimits } from '../../src/bulk/deps.ts';
import { startBulks } from '../../src/bulk/run/run-bulks.ts';
import { withBatches } from '../../src/cpe-update/batches.ts';
import { retryWrites } from '../../src/cpe-update/retry-writes.ts';
import { startSettling } from '../../src/cpe-update/settle/settle-updates.ts';
import { watchDatabase } from '../../src/incident/database-watch.ts';
import { incidentDetail } from '../../src/incident/readiness-detail.ts';
import { loadVendorIds } from '../../src/line/catalogue/vendor-ids.ts';
import { type LiveUpdates, listenForUpdates } from '../../src/live/live-updates.ts';
import { httpNig } from '../../src/nig/http-nig.ts';
import type { Nig } from '../../src/nig/nig.ts';
import { type Protection, protectNig } from '../../src/nig/protect-nig.ts';
import { traceNig } from '../../src/nig/trace-nig.ts';
import { followLogLevel } from '../../src/operations/log-level-routes.ts';
import {
  createMetrics,
  type Metrics,
  measureNig,
  measureReadStandby,
} from '../../src/operations/metrics.ts';
import type { MetricsAccess } from '../../src/operations/serve-metrics.ts';
import type { Pool } from '../../src/platform/database/database.ts';
import { type Databases, openDatabases } from '../../src/platform/database/databases.ts';
import type { Limits } from '../../src/platform/http/limits.ts';
import { describeInstance, registerInstance } from '../../src/platform/instances/registry.ts';
import { schemaCheck } from '../../src/platform/instances/schema-guard.ts';
import { buildSchemaRange, type SchemaRange } from '../../src/platform/instances/schema-range.ts';
import { controlLogLevel } from '../../src/platform/log-level.ts';
import { openReadStandby } from '../../src/platform/read-standby.ts';
import { createReadiness, databaseCheck } from '../../src/platform/readiness.ts';
import {
  type ReconcilingDeps,
  startReconciling,
} from '../../src/reconciliation/start-reconciling.ts';
import { startRepairing } from '../../src/repair/start-repairing.ts';
import { type Clients, clientsOf } from './client.ts';
import { freePort } from './free-port.ts';
import { type Ground, openGround } from './ground.ts';
import { tempFolder } from './temp-folder.ts';
import { demoSignIn } from './test-sign-in-config.ts';
import { untilEnd } from './until-end.ts';

export type TestDeskOptions = {
  policy?: Partial<Policy>;
  timeZone?: string;
  nigTimeoutMs?: number;
  settleDeadlineMs?: number;
  /** False: a NIG that cannot be asked for the outcome of an update. */
  canLookUp?: boolean;
  /** The circuit breaker before NIG; none unless given, since tests cause many failures. */
  protection?: Protection;
  /** False: an unsettled update stays so until `settleDueUpdates` is called. */
  isSettling?: boolean;
  /** False: bulks that are started do not run. */
  isRunningBulks?: boolean;
  limits?: Partial<Limits>;
  log?: FastifyBaseLogger;
  heartbeatMs?: number;
  trustedProxies?: string[];
  /** Who may read `/metrics`; anyone unless given. */
  metricsAccess?: MetricsAccess;
  /** Folder of a built portal; none unless given. */
  portal?: string;
  /** Puts something between the desk and its database that sees or breaks what goes through. */
  between?: (db: Pool) => Pool;
  /** The schemas that the desk may write to; those of this build unless given. */
  schemas?: SchemaRange;
  /** Another instance on the database and NIG of this desk, or of a test that made them. */
  beside?: Ground;
  /** The DATA_DIR of a desk that is started again. */
  dataDir?: string;
  /** True: the desk reconciles while an incident is open. */
  isReconciling?: boolean;
  /** The address of a standby of the database, for lists and reports. */
  standbyUrl?: string;
  /** False: bulks are read and checked when `prepareOneBulk` is called. */
  isPreparing?: boolean;
  /** What a bulk's file may hold. */
  bulkLimits?: Partial<BulkLimits>;
  /** False: a NIG that does not say what it holds for a line. */
  canTellCpe?: boolean;
};

const NO_LIMITS: Limits = {
  requestsPerMinutePerCaller: 1_000_000,
  requestsPerMinutePerAddress: 1_000_000,
  connections: 10_000,
  connectionsPerAddress: 10_000,
};

const USUAL_POLICY: Policy = {
  editableSegmentGroups: segmentGroups.filter((group) => group !== 'CONSUMER'),
  allowedPrefixes: [],
  unknownModel: 'refuse',
};

/** The connections of one desk, all classes together. */
const CONNECTIONS = 10;

/** What a test may replace in a desk. */
export type TestDeps = AppDeps & ReconcilingDeps;

/** The whole service on a port of its own. */
export type TestDesk = AsyncDisposable & Ground & Clients & { origin: string; deps: TestDeps };

/** NIG through the product's adapter, without what this NIG cannot do. */
function adaptNig(
  { canLookUp = true, canTellCpe = true }: TestDeskOptions,
  url: string,
  timeoutMs: number,
  stack: AsyncDisposableStack,
): Nig {
  const adapter = httpNig({ url, timeoutMs, canLookUp });
  stack.defer(adapter.close);
  if (canTellCpe) return adapter;
  const capabilities = { ...adapter.capabilities, cpeOf: false };
  return { ...adapter, capabilities, cpeOf: async () => undefined };
}

/** What a desk uses of its database. */
function partsOf(
  { flow, reads, searches, probe, commits }: Databases,
  schemas: SchemaRange,
  log: FastifyBaseLogger,
  between: (db: Pool) => Pool,
) {
  const readiness = createReadiness();
  readiness.addCheck(databaseCheck(probe, commits));
  readiness.addCheck(schemaCheck(probe, schemas));
  readiness.addDetail(incidentDetail(probe));
  const pools = { db: between(flow), reads: between(reads), searches: between(searches) };
  const instance = `test-host/${process.pid}/${randomUUID()}`;
  return { ...pools, instance, schemas, commits, readiness, later: retryWrites(log) };
}

/** The standby that a test gives the desk, which then has an entry in the registry. */
async function openStandby(
  url: string | undefined,
  databases: Databases,
  of: { log: FastifyBaseLogger; metrics: Metrics; stack: AsyncDisposableStack },
): Promise<Pick<TestDeps, 'standby'>> {
  if (url === undefined) return {};
  const self = describeInstance();
  of.stack.use(await registerInstance(databases.flow, self, of.log));
  const options = { instanceId: self.id, connections: CONNECTIONS, prepares: true, log: of.log };
  const standby = openReadStandby(url, databases, options);
  of.stack.defer(standby.stop);
  measureReadStandby(of.metrics, standby);
  return { standby };
}

/** What follows the events of the database. */
async function hearDatabase(
  { flow, reads }: Databases,
  of: { databaseUrl: string; dataDir: string; log: FastifyBaseLogger; stack: AsyncDisposableStack },
): Promise<Pick<TestDeps, 'watch' | 'live'>> {
  const watch = await watchDatabase(flow, of.dataDir, of.log);
  of.stack.defer(watch.stop);
  const live = await listenForUpdates(reads, of.databaseUrl, of.log, watch);
  of.stack.defer(live.stop);
  return { watch, live };
}

/** The log level, which every instance follows. */
function openLogLevel(log: FastifyBaseLogger, live: LiveUpdates, stack: AsyncDisposableStack) {
  const logLevel = controlLogLevel(log);
  stack.defer(logLevel.stop);
  followLogLevel(live, logLevel);
  return logLevel;
}

/** What runs beside the requests, unless a test leaves it out. */
function startWork(
  options: TestDeskOptions,
  onPool: (pool: Pool) => TestDeps,
  { settling, background }: Databases,
  stack: AsyncDisposableStack,
): void {
  stack.defer(startRepairing(onPool(settling)).stop);
  const bulkDeps = Object.assign(onPool(settling), { bulkConcurrency: 32 });
  if (options.isRunningBulks !== false) stack.defer(startBulks(bulkDeps).stop);
  if (options.isPreparing !== false) stack.defer(startPreparing(onPool(background)).stop);
  if (options.isReconciling) stack.defer(startReconciling(onPool(background), 0).stop);
  if (options.isSettling !== false) stack.defer(startSettling(onPool(settling)).stop);
}

/** Starts the service as `main.ts` does. `await using desk = await startTestDesk()`. */
export async function startTestDesk(options: TestDeskOptions = {}): Promise<TestDesk> {
  await using stack = new AsyncDisposableStack();
  const { db, ownerUrl, databaseUrl, nig } = options.beside ?? (await openGround(stack));
  const folder = stack.use(await tempFolder());
  const metrics = createMetrics();
  const { log = pino({ level: 'silent' }), between = (pool) => pool } = options;
  const { nigTimeoutMs = 5000, settleDeadlineMs = 60_000 } = options;
  const measured = measureNig(traceNig(adaptNig(options, nig.url, nigTimeoutMs, stack)), metrics);
  const databases = openDatabases(databaseUrl, { connections: CONNECTIONS, log });
  stack.defer(databases.end);
  const { schemas = buildSchemaRange(), dataDir = folder.path } = options;
  const parts = partsOf(databases, schemas, log, between);
  stack.defer(parts.later.stop);
  const { watch, live } = await hearDatabase(databases, { databaseUrl, dataDir, log, stack });
  const standby = await openStandby(options.standbyUrl, databases, { log, metrics, stack });
  const deps: TestDeps = withBatches({
    ...parts,
    ...standby,
    live,
    watch,
    log,
    nig: options.protection ? protectNig(measured, options.protection) : measured,
    policy: { ...USUAL_POLICY, ...options.policy },
    bulkLimits: { maxBytes: 33_554_432, maxRows: 100_000, ...options.bulkLimits },
    vendorIds: await loadVendorIds(db),
    signingKey: generateKeyPairSync('ed25519').privateKey,
    timeZone: options.timeZone ?? 'UTC',
    ...{ nigTimeoutMs, settleDeadlineMs, bulkRate: null },
  });
  // A test may give the desk another NIG later.
  const onPool = (pool: Pool): TestDeps =>
    withBatches({
      ...deps,
      db: pool,
      get nig() {
        return deps.nig;
      },
    });
  startWork(options, onPool, databases, stack);
  const [port, stopping] = [await freePort(), new AbortController()];
  const origin = `http://localhost:${port}`;
  const logLevel = openLogLevel(log, live, stack);
  const app = await buildApp({
    deps,
    metrics,
    log,
    logLevel,
    isDraining: () => stopping.signal.aborted,
    ...(options.metricsAccess && { metricsAccess: options.metricsAccess }),
    ...demoSignIn(origin, folder.path),
    portal: options.portal ?? null,
    limits: { ...NO_LIMITS, ...options.limits },
    trustedProxies: options.trustedProxies ?? [],
    ...(options.heartbeatMs !== undefined && { heartbeatMs: options.heartbeatMs }),
  });
  stack.defer(() => app.close());
  stack.defer(() => stopping.abort());
  await app.listen({ host: '127.0.0.1', port });
  const rest = stack.move();
  return {
    ...{ db, ownerUrl, databaseUrl, nig },
    ...clientsOf(origin),
    origin,
    deps,
    [Symbol.asyncDispose]: () => rest.disposeAsync(),
  };
}

/**
 * The desk of a test file, or of the test that calls this; it stops at the end. NIG has no faults
 * after each test.
 */
export async function useDesk(options: TestDeskOptions = {}): Promise<TestDesk> {
  const desk = untilEnd(await startTestDesk(options));
  if (options.beside === undefined) afterEach(() => desk.nig.setFaults());
  return desk;
}

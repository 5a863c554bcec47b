import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { type Cpe, type CpeUpdateRequest, segmentGroups, ticketSchema } from '@cpe-desk/contract';
import type { FastifyBaseLogger } from 'fastify';
import { pino } from 'pino';
import { z } from 'zod';
import type { Policy } from '../../src/access/policy.ts';
import { type AppDeps, buildApp } from '../../src/app.ts';
import { retryWrites } from '../../src/cpe-update/retry-writes.ts';
import { startSettling } from '../../src/cpe-update/settle/settle-updates.ts';
import { watchDatabase } from '../../src/incident/database-watch.ts';
import { incidentDetail } from '../../src/incident/readiness-detail.ts';
import { loadCatalogue } from '../../src/line/catalogue/load-catalogue.ts';
import { loadVendorIds } from '../../src/line/catalogue/vendor-ids.ts';
import { listenForUpdates } from '../../src/live/live-updates.ts';
import { httpNig } from '../../src/nig/http-nig.ts';
import type { Nig } from '../../src/nig/nig.ts';
import { type Protection, protectNig } from '../../src/nig/protect-nig.ts';
import { createMetrics, measureNig } from '../../src/operations/metrics.ts';
import type { Pool } from '../../src/platform/database/database.ts';
import { type Databases, openDatabases } from '../../src/platform/database/databases.ts';
import type { Limits } from '../../src/platform/http/limits.ts';
import { schemaCheck } from '../../src/platform/instances/schema-guard.ts';
import { buildSchemaRange, type SchemaRange } from '../../src/platform/instances/schema-range.ts';
import { createReadiness, databaseCheck } from '../../src/platform/readiness.ts';
import { type ReconcilingDeps, startReconciling } from '../../src/reconciliation/start-reconciling.ts';
import { startRepairing } from '../../src/repair/start-repairing.ts';
import { freePort } from './free-port.ts';
import { tempFolder } from './temp-folder.ts';
import { createTestDatabase } from './test-database.ts';
import { startTestNig, type TestNig } from './test-nig.ts';
import { demoSignIn } from './test-sign-in-config.ts';

export type TestDeskOptions = {
  policy?: Partial<Policy>;
  timeZone?: string;
  nigTimeoutMs?: number;
  settleDeadlineMs?: number;
  /** False: a NIG that can not be asked what became of an update. */
  canLookUp?: boolean;
  /** Whether NIG's trouble opens a circuit; tests of many failures in a row go without. */
  protection?: Protection;
  /** False: what is unsettled stays so until `settleDueUpdates` is called. */
  isSettling?: boolean;
  limits?: Partial<Limits>;
  log?: FastifyBaseLogger;
  heartbeatMs?: number;
  trustedProxies?: string[];
  /** Folder of a built portal; none unless given. */
  portal?: string;
  /** Puts something between the desk and its database, to see or break what goes through. */
  between?: (db: Pool) => Pool;
  /** The schemas that it may write to, where they are not those of this build. */
  schemas?: SchemaRange;
  /** Another instance on the database and NIG of this desk, or of a test that made them. */
  beside?: Pick<TestDesk, 'db' | 'ownerUrl' | 'databaseUrl' | 'nig'>;
  /** Its DATA_DIR, for a desk that is started again. */
  dataDir?: string;
  /** True: it reconciles while an incident is open. */
  isReconciling?: boolean;
  /** False: a NIG that does not tell what it holds for a line. */
  canTellCpe?: boolean;
};

const NO_LIMITS: Limits = {
  requestsPerMinutePerCaller: 1_000_000,
  requestsPerMinutePerAddress: 1_000_000,
  connections: 10_000,
  connectionsPerAddress: 10_000,
};

/** Of one desk, all classes together. */
const CONNECTIONS = 10;

type Answer = { status: number; headers: Headers; body: unknown };

/** Someone who uses the API. */
export type Client = {
  /** Of a signed-in caller, for requests that the client does not make. */
  authorization: string;
  get(path: string, headers?: Record<string, string>): Promise<Answer>;
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Answer>;
  put(path: string, body: unknown): Promise<Answer>;
};

/** What the tests may replace of a desk. */
export type TestDeps = AppDeps & ReconcilingDeps;

/** The whole service on a database and a NIG of its own. `await using desk = await startTestDesk()`. */
export type TestDesk = AsyncDisposable & {
  /** As the owner, for what a test looks up or breaks. */
  db: Pool;
  ownerUrl: string;
  /** As the role that the desk works as. */
  databaseUrl: string;
  origin: string;
  deps: TestDeps;
  nig: TestNig;
  as(person: string): Promise<Client>;
};

const tokenSchema = z.object({ access_token: z.string() });

/** What all instances share. */
async function ground(stack: AsyncDisposableStack) {
  const folder = stack.use(await tempFolder());
  const { pool: db, url: ownerUrl, applicationUrl: databaseUrl } = stack.use(await createTestDatabase());
  await loadCatalogue(db);
  const nig = await startTestNig(folder.path);
  stack.defer(() => nig.stop());
  return { db, ownerUrl, databaseUrl, nig };
}

/** NIG through the product's adapter, with what this NIG cannot do taken away. */
function adaptNig(
  { canLookUp = true, canTellCpe = true }: TestDeskOptions,
  url: string,
  timeoutMs: number,
  stack: AsyncDisposableStack,
): Nig {
  const adapter = httpNig({ url, timeoutMs, canLookUp });
  stack.defer(adapter.close);
  const { cpeOf, ...silent } = adapter;
  return canTellCpe && cpeOf ? adapter : silent;
}

/** What a desk has of its database. */
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

/** What notices what happens in the database. */
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

/** Starts the service as `main.ts` does, on a port of its own. */
export async function startTestDesk(options: TestDeskOptions = {}): Promise<TestDesk> {
  await using stack = new AsyncDisposableStack();
  const { db, ownerUrl, databaseUrl, nig } = options.beside ?? (await ground(stack));
  const folder = stack.use(await tempFolder());
  const metrics = createMetrics();
  const { log = pino({ level: 'silent' }), between = (pool) => pool } = options;
  const { nigTimeoutMs = 5000, settleDeadlineMs = 60_000 } = options;
  const adapted = adaptNig(options, nig.url, nigTimeoutMs, stack);
  const measured = measureNig(adapted, metrics);
  const databases = openDatabases(databaseUrl, { connections: CONNECTIONS, log });
  stack.defer(databases.end);
  const { schemas = buildSchemaRange(), dataDir = folder.path } = options;
  const parts = partsOf(databases, schemas, log, between);
  stack.defer(parts.later.stop);
  const { watch, live } = await hearDatabase(databases, { databaseUrl, dataDir, log, stack });
  const deps: TestDeps = {
    ...parts,
    live,
    watch,
    log,
    nig: options.protection ? protectNig(measured, options.protection) : measured,
    policy: {
      editableSegmentGroups: segmentGroups.filter((group) => group !== 'CONSUMER'),
      allowedPrefixes: [],
      ...options.policy,
    },
    vendorIds: await loadVendorIds(db),
    signingKey: generateKeyPairSync('ed25519').privateKey,
    timeZone: options.timeZone ?? 'UTC',
    nigTimeoutMs,
    settleDeadlineMs,
  };
  // A test may give the desk another NIG later.
  const onPool = (pool: Pool): TestDeps => ({
    ...deps,
    db: pool,
    get nig() {
      return deps.nig;
    },
  });
  stack.defer(startRepairing(onPool(databases.settling)).stop);
  if (options.isReconciling) stack.defer(startReconciling(onPool(databases.background), 0).stop);
  if (options.isSettling !== false) stack.defer(startSettling(onPool(databases.settling)).stop);
  const port = await freePort();
  const origin = `http://localhost:${port}`;
  const app = await buildApp({
    deps,
    metrics,
    log,
    ...demoSignIn(origin, folder.path),
    portal: options.portal ?? null,
    limits: { ...NO_LIMITS, ...options.limits },
    trustedProxies: options.trustedProxies ?? [],
    ...(options.heartbeatMs !== undefined && { heartbeatMs: options.heartbeatMs }),
  });
  stack.defer(() => app.close());
  await app.listen({ host: '127.0.0.1', port });
  const rest = stack.move();
  return {
    db,
    ownerUrl,
    databaseUrl,
    origin,
    deps,
    nig,
    as: (person) => clientOf(origin, person),
    [Symbol.asyncDispose]: () => rest.disposeAsync(),
  };
}

/** A client that is signed in as one of the demo people. */
export async function clientOf(origin: string, person: string): Promise<Client> {
  const response = await fetch(`${origin}/idp/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${person}:demo`)}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  });
  return clientWith(origin, `Bearer ${tokenSchema.parse(await response.json()).access_token}`);
}

/** A client that is signed in by this header. */
export function clientWith(origin: string, authorization: string): Client {
  const ask = async (path: string, init: RequestInit): Promise<Answer> => {
    const answer = await fetch(origin + path, init);
    const text = await answer.text();
    const isJson = answer.headers.get('content-type')?.includes('json') === true;
    return { status: answer.status, headers: answer.headers, body: isJson ? JSON.parse(text) : text };
  };
  const send =
    (method: string) =>
    (path: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> =>
      ask(path, {
        method,
        headers: { authorization, 'content-type': 'application/json', ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      });
  return {
    authorization,
    get: (path, headers = {}) => ask(path, { headers: { authorization, ...headers } }),
    post: send('POST'),
    put: send('PUT'),
  };
}

/** The body of an update of a ticket: its CPE as recorded now, and the same with these changes. */
export async function updateBody(
  client: Client,
  ticketId: string,
  changes: Partial<Cpe>,
): Promise<CpeUpdateRequest> {
  const { cpe } = ticketSchema.parse((await client.get(`/ticket/ctt/${ticketId}`)).body);
  if (cpe === null) throw new Error(`${ticketId} has no CPE`);
  const { version: _, ...current } = cpe;
  return { current, new: { ...current, ...changes }, reason: 'test' };
}

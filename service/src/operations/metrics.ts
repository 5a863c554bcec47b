import { X509Certificate } from 'node:crypto';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { LiveUpdates } from '../live/live-updates.ts';
import type { Nig } from '../nig/nig.ts';
import { buildVersion } from '../platform/build-version.ts';
import type { Databases } from '../platform/database/databases.ts';
import type { Api } from '../platform/http/api.ts';
import type { TlsFiles } from '../platform/process/tls-files.ts';
import type { ReadStandby } from '../platform/read-standby.ts';
import type { StandbyWatch } from '../platform/standby.ts';
import { type DatabaseMetricsDeps, registerDatabaseMetrics } from './database-metrics.ts';
import { type MetricsAccess, registerMetricsRoute } from './serve-metrics.ts';

const BUCKETS_S = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Figures that the parts of the server know. */
export type Figures = {
  /** Time since the issuer last gave its keys, s; undefined before. */
  keysAgeS: () => number | undefined;
  /** Open event streams. */
  countStreams: () => number;
};

export type Metrics = { registry: Registry; nigSeconds: Histogram<'call' | 'outcome'> };

/** The process's and the desk's metrics, in Prometheus' text format at `/metrics`. */
export const createMetrics = (): Metrics => {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const nigSeconds = new Histogram({
    name: 'cpe_desk_nig_seconds',
    help: 'Time of calls to NIG, by call and outcome',
    labelNames: ['call', 'outcome'] as const,
    buckets: BUCKETS_S,
    registers: [registry],
  });
  return { registry, nigSeconds };
};

/** The connections of each class, and whether commits wait for a standby. */
export const measureDatabase = (
  { registry }: Metrics,
  { usage, onStatement }: Pick<Databases, 'usage' | 'onStatement'>,
  { isSynchronous }: Pick<StandbyWatch, 'isSynchronous'>,
): void => {
  const shared = { labelNames: ['class'], registers: [registry] };
  const seconds = new Histogram({
    ...shared,
    name: 'cpe_desk_database_statement_seconds',
    help: 'Time of statements outside of transactions, with the wait for a connection, by class',
    buckets: BUCKETS_S,
  });
  const errors = new Counter({
    name: 'cpe_desk_database_errors_total',
    help: 'Statements outside of transactions that failed, by class and SQLSTATE or code',
    labelNames: ['class', 'code'],
    registers: [registry],
  });
  onStatement((name, ms, code) => {
    seconds.observe({ class: name }, ms / 1000);
    if (code !== undefined) errors.inc({ class: name, code });
  });
  new Gauge({
    ...shared,
    name: 'cpe_desk_database_connections_in_use',
    help: 'Connections of the desk that run a statement or a transaction, by class of work',
    collect() {
      for (const [of, { inUse }] of Object.entries(usage())) this.set({ class: of }, inUse);
    },
  });
  new Gauge({
    ...shared,
    name: 'cpe_desk_database_callers_waiting',
    help: 'Callers that wait for a connection of their class; they are refused after its limit',
    collect() {
      for (const [of, { waiting }] of Object.entries(usage())) this.set({ class: of }, waiting);
    },
  });
  new Gauge({
    name: 'cpe_desk_database_synchronous',
    help: '1 when commits wait for a synchronous standby; 0: a failover loses updates',
    registers: [registry],
    collect() {
      const known = isSynchronous();
      if (known === undefined) this.remove();
      else this.set(known ? 1 : 0);
    },
  });
};

/** Counts failures of these chores; returns what counts one. */
export const countChoreFailures = (
  { registry }: Metrics,
  chores: readonly string[],
): ((chore: string) => void) => {
  const failures = new Counter({
    name: 'cpe_desk_chore_failures_total',
    help: 'Hourly chores that failed since the start, by chore; the log has the error',
    labelNames: ['chore'],
    registers: [registry],
  });
  // From 0 on, so that the first failure is seen as a rise.
  for (const chore of chores) failures.inc({ chore }, 0);
  return (chore) => failures.inc({ chore });
};

/** How long the certificate of HTTPS is still valid. */
export const measureCertificate = ({ registry }: Metrics, tls: TlsFiles | undefined): void => {
  if (!tls) return;
  new Gauge({
    name: 'cpe_desk_certificate_seconds_left',
    help: 'Time until the certificate of HTTPS ends (TLS_CERT_FILE); absent without one',
    registers: [registry],
    collect() {
      const { cert } = tls.read();
      if (cert === undefined) return;
      const end = Date.parse(new X509Certificate(cert).validTo);
      this.set(Math.round((end - Date.now()) / 1000));
    },
  });
};

/** How far the standby of DATABASE_READ_URL is behind, and how many statements it answers. */
export const measureReadStandby = (
  { registry }: Metrics,
  { lagMs, counts }: Pick<ReadStandby, 'lagMs' | 'counts'>,
): void => {
  new Gauge({
    name: 'cpe_desk_read_standby_lag_seconds',
    help: 'The greatest age of what the standby of DATABASE_READ_URL lacks; absent while it is away',
    registers: [registry],
    collect() {
      const lag = lagMs();
      if (lag === undefined) this.remove();
      else this.set(lag / 1000);
    },
  });
  new Counter({
    name: 'cpe_desk_read_statements_total',
    help: 'Statements of lists, searches, reports and exports: on the standby, or why on the primary',
    labelNames: ['place'],
    registers: [registry],
    collect() {
      this.reset();
      for (const [place, count] of Object.entries(counts())) this.inc({ place }, count);
    },
  });
};

/** Measures each call to NIG. */
export const measureNig = (nig: Nig, { nigSeconds }: Metrics): Nig => {
  return {
    ...nig,
    async send(call) {
      const stop = nigSeconds.startTimer({ call: 'send' });
      const answer = await nig.send(call);
      stop({ outcome: answer.outcome });
      return answer;
    },
    async lookUp(call) {
      const stop = nigSeconds.startTimer({ call: 'look-up' });
      const answer = await nig.lookUp(call);
      stop({ outcome: answer.outcome });
      return answer;
    },
  };
};

type ServerDeps = Figures & { nig: Nig; live: Pick<LiveUpdates, 'lagMs'> };

/** The version of this build, and what the server's own parts know. */
const gaugeServer = (registry: Registry, { live, countStreams, keysAgeS }: ServerDeps): void => {
  const registers = [registry];
  new Gauge({
    name: 'cpe_desk_build_info',
    help: 'Always 1, with the version of this build',
    labelNames: ['version'],
    registers,
  }).set({ version: buildVersion() }, 1);
  new Gauge({
    name: 'cpe_desk_event_lag_seconds',
    help: 'Time since all committed events were read; readers of event streams are that late at most',
    registers,
    collect() {
      this.set(live.lagMs() / 1000);
    },
  });
  new Gauge({
    name: 'cpe_desk_event_streams',
    help: 'Open event streams',
    registers,
    collect() {
      this.set(countStreams());
    },
  });
  new Gauge({
    name: 'cpe_desk_issuer_keys_age_seconds',
    help: 'Time since the issuer last gave its keys; over 900 the issuer is unavailable. Absent before the first time',
    registers,
    collect() {
      const age = keysAgeS();
      if (age === undefined) this.remove();
      else this.set(age);
    },
  });
};

/** Whether NIG takes updates, and how much of each budget of calls is in use. */
const gaugeNig = (registry: Registry, { nig }: ServerDeps): void => {
  const registers = [registry];
  new Gauge({
    name: 'cpe_desk_nig_available',
    help: '1 while updates go out to NIG, 0 while the desk sends none because NIG does not answer',
    registers,
    collect() {
      this.set(nig.isAvailable?.() === false ? 0 : 1);
    },
  });
  const labelNames = ['call'];
  new Gauge({
    name: 'cpe_desk_nig_calls_active',
    help: 'Calls to NIG that run or wait for a connection, by kind of call',
    labelNames,
    registers,
    collect() {
      for (const { call, active } of nig.status().budgets) this.set({ call }, active);
    },
  });
  new Gauge({
    name: 'cpe_desk_nig_calls_most',
    help: 'Calls to NIG at a time that the settings allow, by kind of call',
    labelNames,
    registers,
    collect() {
      for (const { call, most } of nig.status().budgets) this.set({ call }, most);
    },
  });
};

/** `GET /metrics` unless it has a port of its own, and the time of every request by route. */
export const registerMetrics = (
  app: Api,
  { registry }: Metrics,
  deps: DatabaseMetricsDeps & ServerDeps & { metricsAccess: MetricsAccess },
): void => {
  const requestSeconds = new Histogram({
    name: 'cpe_desk_http_request_seconds',
    help: 'Time to answer, by route',
    labelNames: ['method', 'route', 'status'],
    buckets: BUCKETS_S,
    registers: [registry],
  });
  registerDatabaseMetrics(registry, deps);
  gaugeServer(registry, deps);
  gaugeNig(registry, deps);
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none';
    const labels = { method: request.method, route, status: reply.statusCode };
    requestSeconds.observe(labels, reply.elapsedTime / 1000);
  });
  if (!deps.metricsAccess.hasOwnPort) registerMetricsRoute(app, registry, deps.metricsAccess);
};

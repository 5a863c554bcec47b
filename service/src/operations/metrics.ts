import { X509Certificate } from 'node:crypto';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Nig } from '../nig/nig.ts';
import type { Databases } from '../platform/database/databases.ts';
import type { Api } from '../platform/http/api.ts';
import type { TlsFiles } from '../platform/process/tls-files.ts';
import type { ReadStandby } from '../platform/read-standby.ts';
import type { StandbyWatch } from '../platform/standby.ts';
import { type DatabaseMetricsDeps, registerDatabaseMetrics } from './database-metrics.ts';
import { type MetricsAccess, registerMetricsRoute } from './serve-metrics.ts';

const BUCKETS_S = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

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
  { usage }: Pick<Databases, 'usage'>,
  { isSynchronous }: Pick<StandbyWatch, 'isSynchronous'>,
): void => {
  const shared = { labelNames: ['class'], registers: [registry] };
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

/** `GET /metrics` unless it has a port of its own, and the time of every request by route. */
export const registerMetrics = (
  app: Api,
  { registry }: Metrics,
  deps: DatabaseMetricsDeps & {
    nig: Nig;
    keysAgeS: () => number | undefined;
    metricsAccess: MetricsAccess;
  },
): void => {
  const requestSeconds = new Histogram({
    name: 'cpe_desk_http_request_seconds',
    help: 'Time to answer, by route',
    labelNames: ['method', 'route', 'status'],
    buckets: BUCKETS_S,
    registers: [registry],
  });
  registerDatabaseMetrics(registry, deps);
  new Gauge({
    name: 'cpe_desk_nig_available',
    help: '1 while updates go out to NIG, 0 while the desk sends none because NIG does not answer',
    registers: [registry],
    collect() {
      this.set(deps.nig.isAvailable?.() === false ? 0 : 1);
    },
  });
  new Gauge({
    name: 'cpe_desk_issuer_keys_age_seconds',
    help: 'Time since the issuer last gave its keys; over 900 the issuer is unavailable. Absent before the first time',
    registers: [registry],
    collect() {
      const age = deps.keysAgeS();
      if (age === undefined) this.remove();
      else this.set(age);
    },
  });
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none';
    const labels = { method: request.method, route, status: reply.statusCode };
    requestSeconds.observe(labels, reply.elapsedTime / 1000);
  });
  if (!deps.metricsAccess.hasOwnPort) registerMetricsRoute(app, registry, deps.metricsAccess);
};

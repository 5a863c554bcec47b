import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { maybeOne, one, type Pool, run, statement } from '../database.ts';
import { isDatabaseAway } from '../database-errors.ts';
import type { Desk } from '../desk.ts';
import { selectAnchorAge } from '../history/anchor-queries.ts';
import { selectHold } from '../hold/queries.ts';
import type { Api } from '../http/api.ts';
import { selectOpenIncident } from '../incident/queries.ts';
import type { Nig } from '../nig/nig.ts';
import { countDrift } from '../reconciliation/queries.ts';

const BUCKETS_S = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

const countUnsettled = statement<{ state: string; count: number; oldest: number }>(
  'count-unsettled',
  `select state, count(*) as count, extract(epoch from now() - min(requested_at))::float8 as oldest
     from cpe_update where state in ('recorded', 'accepted', 'unknown', 'needs-attention') group by state`,
);

export type Metrics = { registry: Registry; nigSeconds: Histogram<'call' | 'outcome'> };

/** The process's own metrics and those of the desk, in Prometheus' text format at `/metrics`. */
export const createMetrics = (): Metrics => {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const nigSeconds = new Histogram({
    name: 'cpe_desk_nig_seconds',
    help: 'Time that NIG took, by call and outcome',
    labelNames: ['call', 'outcome'] as const,
    buckets: BUCKETS_S,
    registers: [registry],
  });
  return { registry, nigSeconds };
};

/** Measures each call to NIG. */
export const measureNig = (nig: Nig, { nigSeconds }: Metrics): Nig => {
  const { lookUp } = nig;
  return {
    ...nig,
    async send(...call) {
      const stop = nigSeconds.startTimer({ call: 'send' });
      const answer = await nig.send(...call);
      stop({ outcome: answer.outcome });
      return answer;
    },
    ...(lookUp && {
      async lookUp(...call) {
        const stop = nigSeconds.startTimer({ call: 'look-up' });
        const answer = await lookUp(...call);
        stop({ outcome: answer.outcome });
        return answer;
      },
    }),
  };
};

/** What is read from the database whenever somebody asks. */
const gauge = (
  registry: Registry,
  about: { name: string; help: string; labelNames?: string[] },
  fill: (it: Gauge) => Promise<void>,
): void => {
  new Gauge({
    ...about,
    registers: [registry],
    async collect() {
      this.reset();
      try {
        await fill(this);
      } catch (error) {
        // Without the database the other metrics matter more than ever.
        if (!isDatabaseAway(error)) throw error;
      }
    },
  });
};

const gaugeUnsettled = (db: Pool, registry: Registry): void => {
  const [name, labelNames] = ['cpe_desk_unsettled_updates', ['state']];
  gauge(registry, { name, help: 'Unsettled CPE updates, by state', labelNames }, async (it) => {
    for (const { state, count } of await run(db, countUnsettled, [])) it.set({ state }, count);
  });
  const age = { name: 'cpe_desk_unsettled_oldest_seconds', labelNames };
  gauge(registry, { ...age, help: 'Age of the oldest unsettled CPE update, by state' }, async (it) => {
    for (const { state, oldest } of await run(db, countUnsettled, [])) it.set({ state }, oldest);
  });
};

const gaugeDrift = (db: Pool, registry: Registry): void => {
  const lines = 'Lines of which NIG holds another CPE than is recorded, as last compared';
  gauge(registry, { name: 'cpe_desk_drift_lines', help: lines }, async (it) => {
    it.set((await one(db, countDrift, [])).lines);
  });
  const age =
    'Time since all lines were compared with the corp-data record and NIG; absent before the first time';
  gauge(registry, { name: 'cpe_desk_reconciled_seconds_ago', help: age }, async (it) => {
    const { seconds_since } = await one(db, countDrift, []);
    if (seconds_since === null) it.remove();
    else it.set(seconds_since);
  });
};

const gaugeIncident = (db: Pool, registry: Registry): void => {
  const help = '1 while an incident is open: the database lost updates, or cannot prove that it did not';
  gauge(registry, { name: 'cpe_desk_incident_open', help }, async (it) => {
    it.set((await maybeOne(db, selectOpenIncident, [])) ? 1 : 0);
  });
};

const gaugeAnchors = (db: Pool, registry: Registry): void => {
  const help = 'Time since the last signed anchor of the history, by the database’s clock';
  gauge(registry, { name: 'cpe_desk_history_anchor_seconds_ago', help }, async (it) => {
    const last = await maybeOne(db, selectAnchorAge, []);
    if (last) it.set(last.seconds);
    else it.remove();
  });
};

const gaugeHold = (db: Pool, registry: Registry): void => {
  const help = '1 while all updates are held (PUT /policy/hold)';
  gauge(registry, { name: 'cpe_desk_updates_held', help }, async (it) => {
    it.set((await one(db, selectHold, [])).held ? 1 : 0);
  });
};

/** `GET /metrics`, and the time of every request by route. */
export const registerMetrics = (
  app: Api,
  { registry }: Metrics,
  { db, nig, keysAgeS }: Pick<Desk, 'db' | 'nig'> & { keysAgeS: () => number | undefined },
): void => {
  const requestSeconds = new Histogram({
    name: 'cpe_desk_http_request_seconds',
    help: 'Time to answer, by route',
    labelNames: ['method', 'route', 'status'],
    buckets: BUCKETS_S,
    registers: [registry],
  });
  gaugeUnsettled(db, registry);
  gaugeDrift(db, registry);
  gaugeIncident(db, registry);
  gaugeAnchors(db, registry);
  gaugeHold(db, registry);
  new Gauge({
    name: 'cpe_desk_nig_available',
    help: '1 while updates go out to NIG, 0 while its trouble keeps them back',
    registers: [registry],
    collect() {
      this.set(nig.isAvailable?.() === false ? 0 : 1);
    },
  });
  new Gauge({
    name: 'cpe_desk_issuer_keys_age_seconds',
    help: 'Time since the issuer gave its keys: over 900 it is away. Absent before the first time',
    registers: [registry],
    collect() {
      const age = keysAgeS();
      if (age === undefined) this.remove();
      else this.set(age);
    },
  });
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none';
    const labels = { method: request.method, route, status: reply.statusCode };
    requestSeconds.observe(labels, reply.elapsedTime / 1000);
  });
  app.get(
    '/metrics',
    {
      config: { action: 'public', rateLimit: false },
      schema: { summary: 'Metrics in Prometheus’ text format', tags: ['operations'] },
    },
    async (_, reply) => reply.header('content-type', registry.contentType).send(await registry.metrics()),
  );
};

import { setTimeout as sleep } from 'node:timers/promises';
import { unsettledStates } from '@cpe-desk/contract';
import { Gauge, type Registry } from 'prom-client';
import { selectAnchorAge } from '../history/anchors/anchors.sql.ts';
import { selectHold } from '../hold/hold.sql.ts';
import { selectOpenIncident } from '../incident/incident.sql.ts';
import type { Commits } from '../platform/database/commits.ts';
import { maybeOne, one, type Pool, run } from '../platform/database/database.ts';
import { isDatabaseUnavailable } from '../platform/database/errors.ts';
import { countDrift } from '../reconciliation/reconciliation.sql.ts';
import { countOpenBulks, countUnsettled, selectReplication } from './operations.sql.ts';

export type DatabaseMetricsDeps = { reads: Pool; commits: Pick<Commits, 'areConfirmed'> };

/** A scrape waits no longer for the database: its other metrics matter most during an outage. */
const DEADLINE_MS = 2000;

/** A figure read for a scrape; undefined where the database does not answer in time. */
type Figure<Value> = () => Promise<Value | undefined>;

/** Callers share a running read, so that scrapes never queue behind a read that hangs. */
const figure = <Value>(read: () => Promise<Value>): Figure<Value> => {
  let reading: Promise<Value | undefined> | undefined;
  return async () => {
    reading ??= read()
      .catch((error: unknown) => {
        if (!isDatabaseUnavailable(error)) throw error;
        return undefined;
      })
      .finally(() => {
        reading = undefined;
      });
    return Promise.race([reading, sleep(DEADLINE_MS, undefined, { ref: false })]);
  };
};

type About = { name: string; help: string; labelNames?: string[] };

/** A gauge that is absent while its figure is. */
const gauge = <Value>(
  registry: Registry,
  about: About,
  read: Figure<Value>,
  fill: (it: Gauge, value: Value) => void,
): void => {
  new Gauge({
    ...about,
    registers: [registry],
    async collect() {
      const value = await read();
      this.reset();
      // A reset without labels leaves a zero, which would look healthy.
      if (!about.labelNames) this.remove();
      if (value !== undefined) fill(this, value);
    },
  });
};

const gaugeUnsettled = (registry: Registry, db: Pool) => {
  const read = figure(() => run(db, countUnsettled, []));
  const labelNames = ['state'];
  const count = {
    name: 'cpe_desk_unsettled_updates',
    help: 'Unsettled CPE updates, by state',
    labelNames,
  };
  // A state without updates is 0, so that an alarm that ends is seen to end.
  gauge(registry, count, read, (it, rows) => {
    for (const state of unsettledStates) it.set({ state }, 0);
    for (const { state, count } of rows) it.set({ state }, count);
  });
  const help = 'Age of the oldest unsettled CPE update, by state';
  gauge(
    registry,
    { name: 'cpe_desk_unsettled_oldest_seconds', help, labelNames },
    read,
    (it, rows) => {
      for (const state of unsettledStates) it.set({ state }, 0);
      for (const { state, oldest } of rows) it.set({ state }, oldest);
    },
  );
  return read;
};

const gaugeDrift = (registry: Registry, db: Pool) => {
  const read = figure(() => one(db, countDrift, []));
  const lines = 'Lines whose CPE in NIG differs from the recorded CPE, as last compared';
  gauge(registry, { name: 'cpe_desk_drift_lines', help: lines }, read, (it, row) =>
    it.set(row.lines),
  );
  const help =
    'Time since all lines were compared with the corp-data record and NIG; absent before the first time';
  gauge(registry, { name: 'cpe_desk_reconciled_seconds_ago', help }, read, (it, row) => {
    if (row.seconds_since !== null) it.set(row.seconds_since);
  });
  return read;
};

const gaugeIncident = (registry: Registry, db: Pool) => {
  const read = figure(async () => ({
    isOpen: (await maybeOne(db, selectOpenIncident, [])) !== undefined,
  }));
  const help =
    '1 while an incident is open: the database lost updates, or cannot prove that it did not';
  gauge(registry, { name: 'cpe_desk_incident_open', help }, read, (it, { isOpen }) =>
    it.set(isOpen ? 1 : 0),
  );
  return read;
};

const gaugeReplication = (registry: Registry, db: Pool) => {
  const read = figure(() => one(db, selectReplication, []));
  const recovering = '1 while the database is a standby or recovers, and accepts no writes';
  gauge(registry, { name: 'cpe_desk_database_recovering', help: recovering }, read, (it, row) =>
    it.set(row.is_recovering ? 1 : 0),
  );
  const timeline = 'Timeline of the database, which rises at each promotion; absent on a standby';
  gauge(registry, { name: 'cpe_desk_database_timeline', help: timeline }, read, (it, row) => {
    if (row.timeline !== null) it.set(row.timeline);
  });
  const help =
    'How far the slowest standby is behind; absent without a standby, and without pg_monitor';
  gauge(registry, { name: 'cpe_desk_database_standby_lag_seconds', help }, read, (it, { lag }) => {
    if (lag !== null) it.set(lag);
  });
  return read;
};

const gaugeAnchors = (registry: Registry, db: Pool) => {
  const read = figure(async () => ({ last: await maybeOne(db, selectAnchorAge, []) }));
  const help = 'Time since the last signed anchor of the history, by the database’s clock';
  gauge(registry, { name: 'cpe_desk_history_anchor_seconds_ago', help }, read, (it, { last }) => {
    if (last) it.set(last.seconds);
  });
  return read;
};

const gaugeHold = (registry: Registry, db: Pool) => {
  const read = figure(() => one(db, selectHold, []));
  const help = '1 while all updates are held (PUT /policy/hold)';
  gauge(registry, { name: 'cpe_desk_updates_held', help }, read, (it, { held }) =>
    it.set(held ? 1 : 0),
  );
  return read;
};

const gaugeBulks = (registry: Registry, db: Pool) => {
  const read = figure(() => run(db, countOpenBulks, []));
  const labelNames = ['state'];
  const bulks = { name: 'cpe_desk_bulks', help: 'Bulks that run or are paused', labelNames };
  gauge(registry, bulks, read, (it, rows) => {
    for (const { state, bulks } of rows) it.set({ state }, bulks);
  });
  const help = 'Rows that wait, of bulks that run or are paused';
  gauge(registry, { name: 'cpe_desk_bulk_rows_waiting', help, labelNames }, read, (it, rows) => {
    for (const { state, waiting } of rows) it.set({ state }, waiting);
  });
  return read;
};

/** The metrics that each scrape reads from the database, and whether the reads succeeded. */
export const registerDatabaseMetrics = (
  registry: Registry,
  { reads, commits }: DatabaseMetricsDeps,
): void => {
  const figures: Figure<unknown>[] = [
    gaugeUnsettled(registry, reads),
    gaugeDrift(registry, reads),
    gaugeIncident(registry, reads),
    gaugeAnchors(registry, reads),
    gaugeReplication(registry, reads),
    gaugeHold(registry, reads),
    gaugeBulks(registry, reads),
  ];
  new Gauge({
    name: 'cpe_desk_database_metrics_up',
    help: '1 when this scrape read all figures of the database; 0: some of their series are absent',
    registers: [registry],
    async collect() {
      const read = await Promise.all(figures.map((each) => each()));
      this.set(read.every((value) => value !== undefined) ? 1 : 0);
    },
  });
  new Gauge({
    name: 'cpe_desk_commits_confirmed',
    help: '0 after a commit whose outcome is unknown, until a commit is confirmed: updates answer 503',
    registers: [registry],
    collect() {
      this.set(commits.areConfirmed() ? 1 : 0);
    },
  });
};

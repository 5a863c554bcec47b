import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startServiceProcess } from '../service/test/faults/service-process.ts';
import { tempFolder } from '../service/test/support/temp-folder.ts';
import { startTestNig } from '../service/test/support/test-nig.ts';
import { administer } from '../service/test/support/test-server.ts';
import { until } from '../service/test/support/until.ts';
import { checkAgreement, takeBaseline } from './agreement.ts';
import { logProgress, median, table } from './figures.ts';
import { flush, type Place, prepareGround, type Urls } from './ground.ts';
import { untilIdle, usage } from './processes.ts';
import { writeScript } from './record-sql.ts';
import { rowsOf } from './rows-of.ts';
import { bodiesFor, linesOf } from './update-bodies.ts';
import { pgbench, record } from './update-ceiling.ts';
import { assertAll200, type Wrk, wrk } from './wrk.ts';

const CONNECTIONS = 32;
const ROUNDS = 3;
/**
 * The part of the updates that warms up, and that is sent over one connection, besides the measured
 * part.
 */
const SOME = 0.15;
const NIG_TIMEOUT_MS = 5000;

export type Round = {
  rate: number;
  ceiling: number;
  one: { p50: number; p99: number };
  many: { p50: number; p99: number; p999: number };
  nig: { p50: number; p99: number };
  cpuMs: Map<string, number>;
  peakMb: Map<string, number>;
};

/** NIG's time for the last updates, by the service's clock, ms. */
const nigTimes = async (url: string, last: number) => {
  const [times] = await rowsOf<{ p50: number; p99: number }>(
    url,
    `select percentile_cont(0.5) within group (order by ms) as p50, percentile_cont(0.99) within group (order by ms) as p99
       from (select (attempts -> 0 ->> 'ms')::float8 as ms from cpe_update where settled_at > now() - interval '1 hour'
              order by settled_at desc limit $1) sent`,
    [last],
  );
  return times ?? { p50: Number.NaN, p99: Number.NaN };
};

/**
 * Work that PostgreSQL does automatically some time after many updates, so that it does not run
 * during the next measurement.
 */
const vacuumTables = async (url: string): Promise<void> => {
  await administer(url, 'vacuum analyze');
  await administer(url, 'checkpoint');
  await flush();
};

type Late = { state: string; seconds: number; attempts: unknown };

const selectOpen =
  "select from cpe_update where state in ('recorded', 'accepted', 'unknown') limit 1";

/** Updates of the last minutes that took longer than NIG may, with their attempts. */
const selectLate = `
  select state, extract(epoch from settled_at - requested_at)::float8 as seconds, attempts from cpe_update
   where settled_at > now() - interval '10 minutes' and settled_at - requested_at > $1 * interval '1 ms' order by requested_at`;

/** Answers besides 200 for an update that waits for a cold disk. */
const LATE = ['503', '504'];
const SETTLED_WITHIN_MS = 180_000;

/**
 * Waits until the first updates are settled. In a database that does not fit into memory they may
 * wait for the disk longer than the desk does. The desk settles those automatically; this logs why
 * they were late.
 */
const untilSettled = async (url: string, { statuses }: Wrk, sent: number): Promise<void> => {
  if (statuses['200'] === sent) return;
  logProgress(`answers to the first updates: ${JSON.stringify(statuses)}`);
  if (Object.keys(statuses).some((status) => status !== '200' && !LATE.includes(status)))
    throw new Error('Some of the first updates were not valid');
  const isSettled = async () => (await rowsOf(url, selectOpen)).length === 0;
  await until('all updates are settled', isSettled, SETTLED_WITHIN_MS);
  for (const late of await rowsOf<Late>(url, selectLate, [NIG_TIMEOUT_MS]))
    logProgress(JSON.stringify(late));
};

/**
 * Runs the service on a database. Unmeasured updates compile its code and fill its caches. Then
 * `most` updates over many connections, and some over one on the idle machine.
 */
const serve = async (
  database: Urls,
  bodies: { first: string; many: string; one: string },
  { some, most }: { some: number; most: number },
): Promise<Omit<Round, 'ceiling'>> => {
  await using stack = new AsyncDisposableStack();
  const folder = stack.use(await tempFolder());
  const simulator = await startTestNig(folder.path);
  stack.defer(() => simulator.stop());
  // A pass over all lines would be due and would keep the service busy. The log level is the
  // default.
  const settings = { RECONCILE_EVERY_HOURS: '0', LOG_LEVEL: 'info' };
  const nig = { nigUrl: simulator.url, nigTimeoutMs: NIG_TIMEOUT_MS };
  const service = stack.use(await startServiceProcess({ database, ...nig, settings }));
  const authorization = await service.supervisor.authorization();
  await untilIdle();
  const first = await wrk(service.origin, bodies.first, authorization, some, CONNECTIONS);
  await untilSettled(database.url, first, some);
  const warm = await takeBaseline(folder.path);
  const before = await usage();
  const many = await wrk(service.origin, bodies.many, authorization, most, CONNECTIONS);
  assertAll200(many, most);
  const after = await usage();
  await vacuumTables(database.url);
  await untilIdle();
  const one = await wrk(service.origin, bodies.one, authorization, some, 1);
  assertAll200(one, some);
  const nigTook = await nigTimes(database.url, some);
  await checkAgreement(database.url, folder.path, most + some, warm);
  return {
    rate: most / many.seconds,
    one,
    many,
    nig: nigTook,
    cpuMs: new Map(
      Array.from(after, ([name, { cpuS }]) => [
        name,
        ((cpuS - (before.get(name)?.cpuS ?? 0)) * 1000) / most,
      ]),
    ),
    peakMb: new Map(Array.from(after, ([name, { peakMb }]) => [name, peakMb])),
  };
};

/** The medians of the rounds, as a table. */
const report = (rounds: readonly Round[]): string => {
  const of = (figure: (round: Round) => number, digits = 1) =>
    median(rounds.map(figure)).toFixed(digits);
  const names = ['service', 'PostgreSQL', 'NIG simulator'];
  return table(
    ['figure', 'median of 3'],
    [
      [`updates/s, ${CONNECTIONS} connections`, of(({ rate }) => rate, 0)],
      ['pgbench, the same SQL, transactions/s', of(({ ceiling }) => ceiling, 0)],
      ['ratio', of(({ rate, ceiling }) => rate / ceiling, 2)],
      [
        'p50, p99, p99.9 ms',
        [of((r) => r.many.p50), of((r) => r.many.p99), of((r) => r.many.p999)].join(', '),
      ],
      ['one connection: p50, p99 ms', [of((r) => r.one.p50), of((r) => r.one.p99)].join(', ')],
      ['of that NIG: p50, p99 ms', [of((r) => r.nig.p50), of((r) => r.nig.p99)].join(', ')],
      ...names.map((name) => [
        `${name}: CPU ms an update`,
        of((r) => r.cpuMs.get(name) ?? Number.NaN, 2),
      ]),
      ...names.map((name) => [
        `${name}: peak RSS of a process, MB`,
        of((r) => r.peakMb.get(name) ?? Number.NaN, 0),
      ]),
    ],
  );
};

/** Measures updates of different lines in rounds, in turn with pgbench on other lines. */
export const measureUpdates = async (
  stack: AsyncDisposableStack,
  ground: Urls,
  place: Place,
  { most: wanted, times }: { most: number; times: number },
): Promise<Round[]> => {
  const folder = stack.use(await tempFolder());
  // The service needs some, most, some; pgbench needs some, most.
  const parts = 2 + 3 * SOME;
  const bodies = await bodiesFor(ground.url, Math.ceil(wanted * parts));
  const most = Math.min(wanted, Math.floor(bodies.length / parts));
  const some = Math.floor(SOME * most);
  logProgress(`${most} updates a round`);
  const file = (name: string) => join(folder.path, name);
  const files = { first: file('first'), many: file('many'), one: file('one'), sql: file('sql') };
  await writeFile(files.many, linesOf(bodies.slice(0, most)));
  await writeFile(files.first, linesOf(bodies.slice(most, most + some)));
  await writeFile(files.one, linesOf(bodies.slice(most + some, most + 2 * some)));
  const simulator = await startTestNig(folder.path);
  const updates = await record(ground.applicationUrl, simulator.url, bodies.slice(-most - some));
  await simulator.stop();
  await writeScript(ground.url, updates, files.sql);
  // Rolled-back rows stay in every copy until a vacuum.
  await vacuumTables(ground.url);
  logProgress(`${updates[0]?.texts.length} statements an update`);
  const rounds: Round[] = [];
  for (let n = 1; n <= times; n++) {
    const served = await place((urls) => serve(urls, files, { some, most }));
    const ceiling = await place(({ url }) =>
      pgbench(url, files.sql, { some, most, connections: CONNECTIONS }),
    );
    rounds.push({ ...served, ceiling });
    logProgress(`round ${n}: ${served.rate.toFixed(0)} updates/s, pgbench ${ceiling.toFixed(0)}`);
  }
  return rounds;
};

/**
 * Measures the update flow against its ceiling: pgbench runs the same statements on a copy of the
 * same database. `most` updates a round, each of another line.
 */
export const update = async (most: number, lines: number): Promise<void> => {
  await using stack = new AsyncDisposableStack();
  const size = { lines, tickets: 2.5 * lines, entries: 2 * lines, isEligible: true };
  const ground = await prepareGround(stack, size, logProgress);
  const rounds = await measureUpdates(stack, ground, ground.onCopy, { most, times: ROUNDS });
  process.stdout.write(`${report(rounds)}\n`);
};

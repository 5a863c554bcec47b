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
import { prepareMinimalFlow, runMinimalFlow } from './minimal-flow.ts';
import { untilIdle } from './processes.ts';
import { rowsOf } from './rows-of.ts';
import { bodiesFor, linesOf } from './update-bodies.ts';
import { measureWork, type Work } from './work.ts';
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
  /** The same for the minimal flow. */
  ceiling: { rate: number; work: Work };
  one: { p50: number; p99: number };
  many: { p50: number; p99: number; p999: number };
  nig: { p50: number; p99: number };
  work: Work;
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
  await untilIdle(database.postmaster);
  const first = await wrk(service.origin, bodies.first, authorization, some, CONNECTIONS);
  await untilSettled(database.url, first, some);
  const warm = await takeBaseline(folder.path);
  const { done: many, work } = await measureWork(database, most, () =>
    wrk(service.origin, bodies.many, authorization, most, CONNECTIONS),
  );
  assertAll200(many, most);
  await vacuumTables(database.url);
  await untilIdle(database.postmaster);
  const one = await wrk(service.origin, bodies.one, authorization, some, 1);
  assertAll200(one, some);
  const nigTook = await nigTimes(database.url, some);
  await checkAgreement(database.url, folder.path, most + some, warm);
  return {
    rate: most / many.seconds,
    one,
    many,
    nig: nigTook,
    work,
  };
};

/** Runs the minimal flow as often as the service runs the whole one, warmed up in the same way. */
const serveMinimal = async (
  database: Urls,
  file: string,
  { some, most }: { some: number; most: number },
): Promise<Round['ceiling']> => {
  const [first, then] = [some, most].map((count) => Math.floor(count / CONNECTIONS));
  const run = (after: number, each: number) =>
    runMinimalFlow(database.url, file, { after, each, connections: CONNECTIONS });
  await run(0, first ?? 0);
  const { done: rate, work } = await measureWork(database, (then ?? 0) * CONNECTIONS, () =>
    run(first ?? 0, then ?? 0),
  );
  return { rate, work };
};

export const ratioOf = ({ rate, ceiling }: Round): number => rate / ceiling.rate;

/** The medians of the rounds, as a table. */
const report = (rounds: readonly Round[]): string => {
  const of = (figure: (round: Round) => number, digits = 1) =>
    median(rounds.map(figure)).toFixed(digits);
  const names = ['service', 'PostgreSQL', 'NIG simulator'];
  const cpu = (name: string) => (round: { work: Work }) => round.work.cpuMs.get(name) ?? Number.NaN;
  return table(
    ['figure', `median of ${rounds.length}`],
    [
      [`updates/s, ${CONNECTIONS} connections`, of(({ rate }) => rate, 0)],
      ['minimal flow by pgbench, updates/s', of(({ ceiling }) => ceiling.rate, 0)],
      ['ratio', of(ratioOf, 2)],
      [
        'p50, p99, p99.9 ms',
        [of((r) => r.many.p50), of((r) => r.many.p99), of((r) => r.many.p999)].join(', '),
      ],
      ['one connection: p50, p99 ms', [of((r) => r.one.p50), of((r) => r.one.p99)].join(', ')],
      ['of that NIG: p50, p99 ms', [of((r) => r.nig.p50), of((r) => r.nig.p99)].join(', ')],
      ...names.map((name) => [`${name}: CPU ms an update`, of(cpu(name), 2)]),
      [
        'minimal flow, PostgreSQL: CPU ms an update',
        of(({ ceiling }) => cpu('PostgreSQL')(ceiling), 2),
      ],
      ['WAL bytes an update', of(({ work }) => work.walBytes, 0)],
      ['minimal flow: WAL bytes an update', of(({ ceiling }) => ceiling.work.walBytes, 0)],
      ...names.map((name) => [
        `${name}: peak RSS of a process, MB`,
        of((r) => r.work.peakMb.get(name) ?? Number.NaN, 0),
      ]),
    ],
  );
};

/** The statements that took longest, as a table. */
export const statementsReport = ({ work }: Pick<Round, 'work'>): string =>
  table(
    [
      'statement',
      'calls an update',
      'rows a call',
      'ms a call',
      'ms an update',
      'WAL bytes an update',
    ],
    work.statements.map((each) => [
      `\`${each.text}\``,
      each.calls.toFixed(2),
      each.rows.toFixed(1),
      each.msEach.toFixed(3),
      each.ms.toFixed(3),
      each.walBytes.toFixed(0),
    ]),
  );

/** Measures updates of different lines in rounds, in turn with the minimal flow by pgbench. */
export const measureUpdates = async (
  stack: AsyncDisposableStack,
  ground: Urls,
  place: Place,
  { most: wanted, times }: { most: number; times: number },
): Promise<Round[]> => {
  const folder = stack.use(await tempFolder());
  // The service needs some, most, some.
  const parts = 1 + 2 * SOME;
  const bodies = await bodiesFor(ground.url, Math.ceil(wanted * parts));
  const most = Math.min(wanted, Math.floor(bodies.length / parts));
  const some = Math.floor(SOME * most);
  logProgress(`${most} updates a round`);
  const file = (name: string) => join(folder.path, name);
  const files = { first: file('first'), many: file('many'), one: file('one') };
  await writeFile(files.many, linesOf(bodies.slice(0, most)));
  await writeFile(files.first, linesOf(bodies.slice(most, most + some)));
  await writeFile(files.one, linesOf(bodies.slice(most + some, most + 2 * some)));
  await prepareMinimalFlow(ground.url, file('minimal'), CONNECTIONS);
  await vacuumTables(ground.url);
  const rounds: Round[] = [];
  for (let n = 1; n <= times; n++) {
    const served = await place((urls) => serve(urls, files, { some, most }));
    const ceiling = await place((urls) => serveMinimal(urls, file('minimal'), { some, most }));
    const round = { ...served, ceiling };
    rounds.push(round);
    logProgress(
      `round ${n}: ${round.rate.toFixed(0)} updates/s, minimal ${ceiling.rate.toFixed(0)}, ` +
        `ratio ${ratioOf(round).toFixed(2)}`,
    );
  }
  return rounds;
};

/**
 * Measures the update flow against its ceiling: pgbench runs the least SQL of such a flow on a copy
 * of the same database. `most` updates a round, each of another line. Fails below the ratio
 * `atLeast`.
 */
export const update = async (most: number, lines: number, atLeast: number): Promise<void> => {
  await using stack = new AsyncDisposableStack();
  const size = { lines, tickets: 2.5 * lines, entries: 2 * lines, isEligible: true };
  const ground = await prepareGround(stack, size, logProgress);
  const rounds = await measureUpdates(stack, ground, ground.onCopy, { most, times: ROUNDS });
  process.stdout.write(`${report(rounds)}\n`);
  for (const last of rounds.slice(-1))
    process.stdout.write(
      `\nThe last round:\n\n${statementsReport(last)}\n\nThe minimal flow:\n\n${statementsReport(last.ceiling)}\n`,
    );
  const ratio = median(rounds.map(ratioOf));
  if (ratio >= atLeast) return;
  logProgress(`The ratio ${ratio.toFixed(2)} is below --at-least ${atLeast}`);
  process.exitCode = 1;
};

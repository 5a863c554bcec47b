import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startServiceProcess } from '../service/test/faults/service-process.ts';
import { tempFolder } from '../service/test/support/temp-folder.ts';
import { startTestNig } from '../service/test/support/test-nig.ts';
import { administer } from '../service/test/support/test-server.ts';
import { until } from '../service/test/support/until.ts';
import { checkAgreement, now } from './agreement.ts';
import { median, say, table } from './figures.ts';
import { flush, type Place, prepareGround, type Urls } from './ground.ts';
import { untilIdle, usage } from './processes.ts';
import { writeScript } from './record-sql.ts';
import { rowsOf } from './rows-of.ts';
import { bodiesFor, linesOf } from './update-bodies.ts';
import { pgbench, record } from './update-ceiling.ts';
import { assertAll200, type Wrk, wrk } from './wrk.ts';

const CONNECTIONS = 32;
const ROUNDS = 3;
/** What is sent to warm up, and what is sent over one connection, beside what is measured. */
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

/** How long NIG took for the last so many updates, by the service's own clock, ms. */
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

/** What PostgreSQL would do by itself some time after so many updates, in the middle of what is measured next. */
const tidy = async (url: string): Promise<void> => {
  await administer(url, 'vacuum analyze');
  await administer(url, 'checkpoint');
  await flush();
};

type Late = { state: string; seconds: number; attempts: unknown };

const selectOpen = "select from cpe_update where state in ('recorded', 'accepted', 'unknown') limit 1";

/** Those settled lately that took longer than NIG may, with what was noted of them. */
const selectLate = `
  select state, extract(epoch from settled_at - requested_at)::float8 as seconds, attempts from cpe_update
   where settled_at > now() - interval '10 minutes' and settled_at - requested_at > $1 * interval '1 ms' order by requested_at`;

/** What an update may be answered that waits for a cold disk, beside 200. */
const LATE = ['503', '504'];
const SETTLED_WITHIN_MS = 180_000;

/**
 * After the first updates: in a database that does not fit into memory they may wait for the disk longer than the desk does.
 * Those are settled by themselves a little later, and it is said why they were late.
 */
const untilSettled = async (url: string, { statuses }: Wrk, sent: number): Promise<void> => {
  if (statuses['200'] === sent) return;
  say(`the first updates were answered ${JSON.stringify(statuses)}`);
  if (Object.keys(statuses).some((status) => status !== '200' && !LATE.includes(status)))
    throw new Error('Some of them were not valid');
  const isSettled = async () => (await rowsOf(url, selectOpen)).length === 0;
  await until('all updates are settled', isSettled, SETTLED_WITHIN_MS);
  for (const late of await rowsOf<Late>(url, selectLate, [NIG_TIMEOUT_MS])) say(JSON.stringify(late));
};

/**
 * The service on a database: some updates until its code is compiled and its caches are filled, which are not measured; `most` over
 * many connections; and some over one, when the machine has come to rest.
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
  // A pass over all lines would be due, and the service would be busy with it. It logs as it does by itself.
  const settings = { RECONCILE_EVERY_HOURS: '0', LOG_LEVEL: 'info' };
  const nig = { nigUrl: simulator.url, nigTimeoutMs: NIG_TIMEOUT_MS };
  const service = stack.use(await startServiceProcess({ database, ...nig, settings }));
  const { authorization } = await service.as('demo-supervisor');
  await untilIdle();
  const first = await wrk(service.origin, bodies.first, authorization, some, CONNECTIONS);
  await untilSettled(database.url, first, some);
  const warm = await now(folder.path);
  const before = await usage();
  const many = await wrk(service.origin, bodies.many, authorization, most, CONNECTIONS);
  assertAll200(many, most);
  const after = await usage();
  await tidy(database.url);
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
      Array.from(after, ([name, { cpuS }]) => [name, ((cpuS - (before.get(name)?.cpuS ?? 0)) * 1000) / most]),
    ),
    peakMb: new Map(Array.from(after, ([name, { peakMb }]) => [name, peakMb])),
  };
};

/** The medians of the rounds, as a table. */
const report = (rounds: readonly Round[]): string => {
  const of = (figure: (round: Round) => number, digits = 1) => median(rounds.map(figure)).toFixed(digits);
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
      ...names.map((name) => [`${name}: CPU ms an update`, of((r) => r.cpuMs.get(name) ?? Number.NaN, 2)]),
      ...names.map((name) => [
        `${name}: peak RSS of a process, MB`,
        of((r) => r.peakMb.get(name) ?? Number.NaN, 0),
      ]),
    ],
  );
};

/** Measures so many updates a round, each of another line, in turn with pgbench, which updates other lines. */
export const measureUpdates = async (
  stack: AsyncDisposableStack,
  ground: Urls,
  place: Place,
  { most: wanted, times }: { most: number; times: number },
): Promise<Round[]> => {
  const folder = stack.use(await tempFolder());
  // For the service: some, most, some; for pgbench: some, most.
  const parts = 2 + 3 * SOME;
  const bodies = await bodiesFor(ground.url, Math.ceil(wanted * parts));
  const most = Math.min(wanted, Math.floor(bodies.length / parts));
  const some = Math.floor(SOME * most);
  say(`${most} updates a round`);
  const file = (name: string) => join(folder.path, name);
  const files = { first: file('first'), many: file('many'), one: file('one'), sql: file('sql') };
  await writeFile(files.many, linesOf(bodies.slice(0, most)));
  await writeFile(files.first, linesOf(bodies.slice(most, most + some)));
  await writeFile(files.one, linesOf(bodies.slice(most + some, most + 2 * some)));
  const simulator = await startTestNig(folder.path);
  const updates = await record(ground.applicationUrl, simulator.url, bodies.slice(-most - some));
  await simulator.stop();
  await writeScript(ground.url, updates, files.sql);
  // What was rolled back is still there for every copy until it is vacuumed.
  await tidy(ground.url);
  say(`${updates[0]?.texts.length} statements an update`);
  const rounds: Round[] = [];
  for (let n = 1; n <= times; n++) {
    const served = await place((urls) => serve(urls, files, { some, most }));
    const ceiling = await place(({ url }) =>
      pgbench(url, files.sql, { some, most, connections: CONNECTIONS }),
    );
    rounds.push({ ...served, ceiling });
    say(`round ${n}: ${served.rate.toFixed(0)} updates/s, pgbench ${ceiling.toFixed(0)}`);
  }
  return rounds;
};

/**
 * The update flow against its ceiling: pgbench that runs the very statements which the code sent, on a copy of the same database.
 * `most` updates a round, each of another of so many lines.
 */
export const update = async (most: number, lines: number): Promise<void> => {
  await using stack = new AsyncDisposableStack();
  const size = { lines, tickets: 2.5 * lines, entries: 2 * lines, isEligible: true };
  const ground = await prepareGround(stack, size, say);
  const rounds = await measureUpdates(stack, ground, ground.onCopy, { most, times: ROUNDS });
  process.stdout.write(`${report(rounds)}\n`);
};

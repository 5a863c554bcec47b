import { setTimeout as sleep } from 'node:timers/promises';
import { type Random, seededRandom } from '../../../demo/src/data/random.ts';
import { loadCatalogue } from '../../src/line/catalogue/load-catalogue.ts';
import { makeApplicationRole } from '../../src/platform/database/application-role.ts';
import {
  one,
  openDatabase,
  type Pool,
  run,
  statement,
} from '../../src/platform/database/database.ts';
import { migrate } from '../../src/platform/schema/migrate.ts';
import { type FailoverServer, startFailoverServer } from '../support/failover-server.ts';
import { allowAllWrites, prepareRefusals } from '../support/refuse-writes.ts';
import { prepareClock, setClock } from '../support/set-clock.ts';
import { openTcpLine, type TcpLine } from '../support/tcp-line.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { addTestLine } from '../support/test-line.ts';
import { startTestNig, type TestNig } from '../support/test-nig.ts';
import { administer, withDatabase } from '../support/test-server.ts';
import { until } from '../support/until.ts';
import { startServiceProcess } from './service-process.ts';
import { checkEqual, checkLine } from './storm-check.ts';
import { stepClock } from './storm-clock.ts';
import { holdLocks, refuseLines } from './storm-database.ts';
import { type Failovers, failOverAtTimes, loseAndRepair } from './storm-failover.ts';
import { type Instances, startInstances } from './storm-instances.ts';
import { breakNig } from './storm-nig.ts';
import { type Answer, type Line, newDualStackOf, operate, signIns } from './storm-operators.ts';
import { supervise } from './storm-supervisor.ts';

const NIG_TIMEOUT_MS = 400;
/** Short, so that updates that cannot be settled need a person within the storm. */
const SETTLE_DEADLINE_MS = 2500;
const SETTLED_WITHIN_MS = 120_000;

export type StormOptions = {
  seed: number;
  seconds: number;
  clients: number;
  lines: number;
  instances: number;
  /** The time between two faults. */
  faultEveryMs: number;
  /** True: lagging standbys are promoted, and updates that were answered 200 are lost. */
  losesUpdates?: boolean;
};

/** The name of the count of rows of `cpe_update`. */
export const RECORDED = 'updates recorded';

/** Counts of faults and outcomes. */
export type StormCount = Record<string, number>;

const cutConnections = statement<{ cut: boolean }>(
  'storm-cut-connections',
  `select pg_terminate_backend(pid) as cut from pg_stat_activity
    where datname = current_database() and application_name = 'cpe-desk' and pid <> pg_backend_pid()
    order by random() limit 3`,
);
const selectVictim = statement<{ pid: number }>(
  'storm-select-victim',
  `select pid from pg_stat_activity where datname = current_database() and application_name = 'cpe-desk'
    order by random() limit 1`,
);
const countUnsettled = statement<{ count: number }>(
  'storm-count-unsettled',
  `select count(*) as count from cpe_update where state not in ('applied', 'rejected', 'abandoned')`,
);
const selectUnsettled = statement<{ open: unknown }>(
  'storm-select-unsettled',
  `select jsonb_build_object('id', id, 'state', state, 'asked', asked, 'due', ask_at - now(), 'until',
            ask_until - now(), 'reference', nig_reference, 'attention', attention, 'last', attempts -> -1) as open
     from cpe_update where state not in ('applied', 'rejected', 'abandoned')`,
);
const countSettledLater = statement<{ count: number }>(
  'storm-count-settled-later',
  `select count(*) as count from cpe_update where asked > 0`,
);
const countStates = statement<{ state: string; count: number }>(
  'storm-count-states',
  'select state, count(*) as count from cpe_update group by state order by state',
);

/** A database on a durable server, which is killed and loses nothing unless its standby lags. */
const ownDatabase = async (
  stack: AsyncDisposableStack,
): Promise<{ url: string; applicationUrl: string; pool: Pool; server: FailoverServer }> => {
  const server = await startFailoverServer();
  stack.defer(server.stop);
  await administer(server.adminUrl, 'CREATE DATABASE storm');
  const url = withDatabase(server.adminUrl, 'storm');
  await migrate(url);
  const pool = openDatabase(url, { max: 5, log: { warn: () => {} } });
  stack.defer(pool.end);
  return { url, applicationUrl: await makeApplicationRole(url), pool, server };
};

/** Kills a process of PostgreSQL, which ends all connections and recovers from its log. */
const crashDatabase = async (pool: Pool): Promise<void> => {
  const [victim] = await run(pool, selectVictim, []);
  if (victim) process.kill(victim.pid, 'SIGKILL');
};

type Target = {
  everyMs: number;
  random: Random;
  pool: Pool;
  instances: Instances;
  isOver(): boolean;
  add(what: string, much?: number): void;
  /** Null: no update is lost. */
  failovers: Failovers | null;
};

/** Breaks something at each interval until the time is over. */
const rage = async ({
  everyMs,
  random,
  pool,
  instances,
  isOver,
  add,
  failovers,
}: Target): Promise<void> => {
  while (!isOver()) {
    await sleep(everyMs);
    const [isCut, isCrash] = [random.below(100) < 15, random.below(100) < 6];
    try {
      if (isCut) add('connections cut', (await run(pool, cutConnections, [])).length);
      if (isCrash) {
        await crashDatabase(pool);
        add('PostgreSQL killed');
      }
    } catch {
      // Expected: PostgreSQL recovers from the crash before.
    }
    if (random.below(100) < 30) await failovers?.step();
    if (random.below(100) < 10) {
      instances.pick().jumpClock();
      add('clocks set an hour off, or right');
    }
    if (random.below(100) < 6 && (await instances.kill())) add('instances killed');
  }
  await instances.whole();
};

type Field = {
  random: Random;
  pool: Pool;
  server: FailoverServer;
  nig: TestNig;
  relay: TcpLine;
  lines: Line[];
  instances: Instances;
};

type Add = (what: string, much?: number) => void;

/** A new database, NIG, lines and instances. */
const prepareField = async (
  stack: AsyncDisposableStack,
  options: StormOptions,
  add: Add,
): Promise<Field> => {
  const folder = stack.use(await tempFolder());
  const database = await ownDatabase(stack);
  const { pool, server } = database;
  await loadCatalogue(pool);
  await prepareRefusals(pool);
  await prepareClock(pool, new URL(database.applicationUrl).username);
  const nig = await startTestNig(folder.path);
  stack.defer(() => nig.stop());
  const relay = stack.use(await openTcpLine(nig.url));
  const lines: Line[] = [];
  for (let n = 0; n < options.lines; n++) lines.push(await addTestLine(pool));
  const settings = { SETTLE_DEADLINE_MS: String(SETTLE_DEADLINE_MS) };
  const random = seededRandom(options.seed);
  const start = () =>
    startServiceProcess({ database, nigUrl: relay.url, nigTimeoutMs: NIG_TIMEOUT_MS, settings });
  const instances = stack.use(await startInstances(options.instances, random, add, start));
  return { random, pool, server, nig, relay, lines, instances };
};

/** Ends what outlasts the storm in the database: refusals of writes, and a wrong clock. */
const calm = (pool: Pool): Promise<true> =>
  until('the database is calm', () =>
    Promise.all([allowAllWrites(pool), setClock(pool, 0)]).then(
      () => true as const,
      () => false, // PostgreSQL recovers
    ),
  );

/** Waits until every update is settled, while PostgreSQL may recover; reports unsettled ones. */
const untilSettled = async (pool: Pool): Promise<void> => {
  const isSettled = () =>
    one(pool, countUnsettled, []).then(
      ({ count }) => count === 0,
      () => false,
    );
  try {
    await until('everything is settled', isSettled, SETTLED_WITHIN_MS);
  } catch (cause) {
    const open = await run(pool, selectUnsettled, []);
    throw new Error(`Not settled: ${JSON.stringify(open)}`, { cause });
  }
};

/** Checks every line and counts the outcomes. */
const judge = async (
  { pool, nig, lines, instances }: Field,
  answers: Answer[],
  { losesUpdates }: StormOptions,
  add: Add,
): Promise<void> => {
  const { operator: client } = instances.pick();
  const check = losesUpdates ? checkEqual : checkLine;
  const accepted = await nig.accepted();
  for (const line of lines) await check({ db: pool, nig, client }, line, answers, accepted);
  add('requests', answers.length);
  for (const { code } of answers) add(`answered: ${code}`);
  for (const { state, count } of await run(pool, countStates, [])) {
    add(`became: ${state}`, count);
    add(RECORDED, count);
  }
  add('settled later', (await one(pool, countSettledLater, [])).count);
};

/** Operators on a few lines with random faults; throws at the first violation of an invariant. */
export const storm = async (
  options: StormOptions,
  print: (line: string) => void,
): Promise<StormCount> => {
  await using stack = new AsyncDisposableStack();
  const count: StormCount = {};
  const add: Add = (what, much = 1) => {
    count[what] = (count[what] ?? 0) + much;
  };
  const field = await prepareField(stack, options, add);
  const { random, pool, nig, relay, lines, instances } = field;

  const deadline = performance.now() + options.seconds * 1000;
  const isOver = () => performance.now() > deadline;
  const isSettled = new AbortController();
  stack.defer(() => isSettled.abort());
  const answers: Answer[] = [];
  const [signIn, signInSupervisor] = [
    signIns(instances.pick),
    signIns(instances.pick, 'demo-supervisor'),
  ];
  const operators = Array.from({ length: options.clients }, (_, n) =>
    operate(n, lines, signIn, isOver, answers, newDualStackOf),
  );
  const supervisor = supervise(signInSupervisor, () => isSettled.signal.aborted, add);
  supervisor.catch(() => {}); // awaited at the end
  const faults = { random, pool, lines, settleDeadlineMs: SETTLE_DEADLINE_MS, isOver, add };
  const otherFaults = [
    ...[refuseLines(faults), holdLocks(faults), stepClock(faults)],
    breakNig({ random, nig, relay, isOver, add }),
  ];
  const failovers = options.losesUpdates ? failOverAtTimes(field.server, add) : null;
  await rage({ ...field, everyMs: options.faultEveryMs, isOver, add, failovers });
  await Promise.all([...operators, ...otherFaults]);
  await calm(pool);
  print('The storm is over; waiting until everything is settled');
  await Promise.race([untilSettled(pool), supervisor]);
  if (failovers) {
    // Refusals that the standby copied are active again.
    await loseAndRepair(failovers, field, () => calm(pool), add);
    await Promise.race([untilSettled(pool), supervisor]);
  }
  isSettled.abort();
  await supervisor;
  await judge(field, answers, options, add);
  return { ...count, violations: 0 };
};

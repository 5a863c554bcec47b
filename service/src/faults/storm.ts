import { setTimeout as sleep } from 'node:timers/promises';
import { loadCatalogue } from '../catalog/load-catalogue.ts';
import { one, openDatabase, type Pool, run, statement } from '../database.ts';
import { type Random, seededRandom } from '../demo/random.ts';
import { migrate } from '../migrate.ts';
import { makeApplicationRole } from '../start/application-role.ts';
import { tempFolder } from '../testing/temp-folder.ts';
import { addTestLine } from '../testing/test-line.ts';
import { startTestNig } from '../testing/test-nig.ts';
import { administer, startTestServer, withDatabase } from '../testing/test-server.ts';
import { until } from '../testing/until.ts';
import { openRelay } from './nig-relay.ts';
import { type ServiceProcess, startServiceProcess } from './service-process.ts';
import { checkLine } from './storm-check.ts';
import { breakNig } from './storm-nig.ts';
import { type Answer, type Line, operate, signIns } from './storm-operators.ts';

const NIG_TIMEOUT_MS = 400;
const FAULT_EVERY_MS = 250;
const SETTLED_WITHIN_MS = 120_000;
/** More starts than this in a row do not fail for a database that was killed meanwhile. */
const MOST_STARTS = 5;
export type StormOptions = {
  seed: number;
  seconds: number;
  clients: number;
  lines: number;
  instances: number;
};

/** What was done, and what came of it. */
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
const countSettledLater = statement<{ count: number }>(
  'storm-count-settled-later',
  `select count(*) as count from cpe_update where asked > 0`,
);
const countStates = statement<{ state: string; count: number }>(
  'storm-count-states',
  'select state, count(*) as count from cpe_update group by state order by state',
);

/** A database on a server of its own, to be killed: a durable one, which loses nothing that was committed. */
const ownDatabase = async (
  stack: AsyncDisposableStack,
): Promise<{ url: string; applicationUrl: string; pool: Pool }> => {
  const server = await startTestServer({ durable: true });
  stack.defer(server.stop);
  await administer(server.adminUrl, 'CREATE DATABASE storm');
  const url = withDatabase(server.adminUrl, 'storm');
  await migrate(url);
  const pool = openDatabase(url, { max: 5, log: { warn: () => {} } });
  stack.defer(pool.end);
  return { url, applicationUrl: await makeApplicationRole(url), pool };
};

/** Kills one of PostgreSQL's processes: it then ends all connections, recovers from its log and goes on. */
const crashDatabase = async (pool: Pool): Promise<void> => {
  const [victim] = await run(pool, selectVictim, []);
  if (victim) process.kill(victim.pid, 'SIGKILL');
};

type Target = {
  random: Random;
  pool: Pool;
  instances: ServiceProcess[];
  start(): Promise<ServiceProcess>;
  isOver(): boolean;
  add(what: string, much?: number): void;
};

/** Breaks something every moment, until the time is over. */
const rage = async ({ random, pool, instances, start, isOver, add }: Target): Promise<void> => {
  while (!isOver()) {
    await sleep(FAULT_EVERY_MS);
    const [isCut, isCrash] = [random.below(100) < 15, random.below(100) < 6];
    try {
      if (isCut) add('connections cut', (await run(pool, cutConnections, [])).length);
      if (isCrash) {
        await crashDatabase(pool);
        add('PostgreSQL killed');
      }
    } catch {
      // Expected: it recovers from the crash before.
    }
    if (random.below(100) < 10) {
      random.pick(instances).jumpClock();
      add('clocks set an hour off, or right');
    }
    if (random.below(100) < 6) {
      const index = random.below(instances.length);
      await instances[index]?.[Symbol.asyncDispose]();
      instances[index] = await start();
      add('instances killed');
    }
  }
};

/** Starts an instance as a process supervisor does: again, if the database was killed while it started. */
const startAsSupervised = async (
  start: () => Promise<ServiceProcess>,
  onFailed: () => void,
): Promise<ServiceProcess> => {
  for (let starts = 1; ; starts++)
    try {
      return await start();
    } catch (error) {
      if (starts === MOST_STARTS) throw error;
      onFailed();
    }
};

/** Operators on a few lines, with every fault at random; throws at the first violation of an invariant. */
export const storm = async (options: StormOptions, say: (line: string) => void): Promise<StormCount> => {
  await using stack = new AsyncDisposableStack();
  const random = seededRandom(options.seed);
  const folder = stack.use(await tempFolder());
  const database = await ownDatabase(stack);
  await loadCatalogue(database.pool);
  const nig = await startTestNig(folder.path);
  stack.defer(() => nig.stop());
  const relay = stack.use(await openRelay(nig.url));
  const lines: Line[] = [];
  for (let n = 0; n < options.lines; n++) lines.push(await addTestLine(database.pool));
  const count: StormCount = {};
  const add = (what: string, much = 1) => {
    count[what] = (count[what] ?? 0) + much;
  };
  const start = () =>
    startAsSupervised(
      () => startServiceProcess({ database, nigUrl: relay.url, nigTimeoutMs: NIG_TIMEOUT_MS }),
      () => add('starts repeated'),
    );
  const instances: ServiceProcess[] = [];
  stack.defer(async () => {
    for (const instance of instances) await instance[Symbol.asyncDispose]();
  });
  for (let n = 0; n < options.instances; n++) instances.push(await start());

  const deadline = performance.now() + options.seconds * 1000;
  const isOver = () => performance.now() > deadline;
  const answers: Answer[] = [];
  const signIn = signIns(() => random.pick(instances));
  const operators = Array.from({ length: options.clients }, (_, n) =>
    operate(n, lines, signIn, isOver, answers),
  );
  const nigFaults = breakNig({ random, nig, relay, isOver, add });
  await rage({ random, pool: database.pool, instances, start, isOver, add });
  await Promise.all([...operators, nigFaults]);
  say('The storm is over; waiting until everything is settled');
  await until(
    'everything is settled',
    () =>
      one(database.pool, countUnsettled, []).then(
        ({ count: unsettled }) => unsettled === 0,
        () => false, // PostgreSQL recovers
      ),
    SETTLED_WITHIN_MS,
  );
  const client = await instances[0]?.as('demo-operator');
  if (!client) throw new Error('There are no instances');
  for (const line of lines) await checkLine({ db: database.pool, nig, client }, line, answers);
  add('updates sent', answers.length);
  for (const { code } of answers) add(`answered: ${code}`);
  for (const { state, count: much } of await run(database.pool, countStates, []))
    add(`became: ${state}`, much);
  add('settled later', (await one(database.pool, countSettledLater, [])).count);
  return { ...count, violations: 0 };
};

import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { type HistoryEntry, historyPageSchema } from '@cpe-desk/contract';
import * as z from 'zod';
import { loadCatalogue } from '../catalog/load-catalogue.ts';
import { one, openDatabase, type Pool, run, statement } from '../database.ts';
import { type Random, seededRandom } from '../demo/random.ts';
import { migrate } from '../migrate.ts';
import { makeApplicationRole } from '../start/application-role.ts';
import { assertSettled } from '../testing/invariants.ts';
import { tempFolder } from '../testing/temp-folder.ts';
import { type Client, updateBody } from '../testing/test-desk.ts';
import { addTestLine } from '../testing/test-line.ts';
import { startTestNig, type TestNig } from '../testing/test-nig.ts';
import { administer, startTestServer, withDatabase } from '../testing/test-server.ts';
import { until } from '../testing/until.ts';
import { type ServiceProcess, startServiceProcess } from './service-process.ts';

const NIG_TIMEOUT_MS = 400;
const FAULT_EVERY_MS = 250;
const INSTANCES = 2;
const SETTLED_WITHIN_MS = 120_000;
const MODES = [
  'none',
  'none',
  'none',
  'reject',
  'error',
  'hang',
  'drop-before-apply',
  'drop-after-apply',
  'malformed',
];

export type StormOptions = { seed: number; seconds: number; clients: number; lines: number };

/** What was done, and what came of it. */
export type StormCount = Record<string, number>;

/** What a client was answered. */
type Answer = {
  lineId: string;
  status: number;
  code: string;
  updateId: string | undefined;
  ipAddress: string;
};

type Line = { id: string; lineId: string };

const bodySchema = z.looseObject({ code: z.string().optional(), updateId: z.string().optional() });

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
const countStates = statement<{ state: string; count: number }>(
  'storm-count-states',
  'select state, count(*) as count from cpe_update group by state order by state',
);

/** Sends updates of the lines, each wanting an address that nobody else wants, until the time is over. */
const operate = async (
  number: number,
  lines: Line[],
  clientOf: () => Promise<Client>,
  isOver: () => boolean,
  answers: Answer[],
): Promise<void> => {
  for (let n = 1; !isOver(); n++) {
    const line = lines[(number + n) % lines.length];
    if (!line) throw new Error('There are no lines');
    const ipAddress = `10.${100 + number}.${n >> 8}.${n & 255}`;
    try {
      const client = await clientOf();
      const body = await updateBody(client, line.id, { ipAddress });
      const headers = { 'idempotency-key': `${number}-${n}` };
      const answer = await client.post(`/ticket/ctt/cpe/update/${line.id}`, body, headers);
      const { code, updateId } = bodySchema.parse(answer.body);
      answers.push({
        lineId: line.lineId,
        status: answer.status,
        code: code ?? 'applied',
        updateId,
        ipAddress,
      });
    } catch {
      // Expected: its instance was killed or its database connection cut; what became of it is checked at the end.
      await sleep(50);
    }
  }
};

/** All entries of a line, the oldest first. */
const historyOf = async (client: Client, { id }: Line): Promise<HistoryEntry[]> => {
  const entries: HistoryEntry[] = [];
  let cursor: string | null = null;
  do {
    const query: string = cursor ? `?limit=200&cursor=${cursor}` : '?limit=200';
    const page = historyPageSchema.parse((await client.get(`/ticket/ctt/cpe/history/${id}${query}`)).body);
    entries.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor);
  return entries.reverse();
};

/** No lost update: each entry begins with what the one before it ended with; NIG accepted just these, in this order. */
const checkLine = async (
  { db, nig, client }: { db: Pool; nig: TestNig; client: Client },
  line: Line,
  answers: Answer[],
): Promise<void> => {
  const cpe = await assertSettled({ db, nig }, client, line.id);
  const entries = await historyOf(client, line);
  for (const [n, { before, sequence }] of entries.entries()) {
    assert.equal(sequence, n + 1);
    if (n > 0) assert.deepEqual(before, entries[n - 1]?.after);
  }
  assert.deepEqual(entries.at(-1)?.after ?? cpe, cpe);
  const log = await nig.log();
  const accepted = log.filter(
    ({ method, serviceLineId, outcome }) =>
      method === 'PUT' && serviceLineId === line.lineId && outcome === 'accepted',
  );
  assert.deepEqual(
    entries.map(({ updateId }) => updateId),
    [...new Set(accepted.map(({ updateId }) => updateId))],
    'NIG accepted what the history has, in its order',
  );
  const applied = new Set(entries.map(({ updateId }) => updateId));
  for (const answer of answers.filter(({ lineId }) => lineId === line.lineId)) {
    if (answer.status === 200)
      assert.ok(applied.has(String(answer.updateId)), 'answered 200 and not in the history');
    if (answer.code === 'nig-rejected')
      assert.ok(!applied.has(String(answer.updateId)), 'refused, and in the history');
  }
};

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
  nig: TestNig;
  pool: Pool;
  instances: ServiceProcess[];
  start(): Promise<ServiceProcess>;
  isOver(): boolean;
  add(what: string, much?: number): void;
};

/** Breaks something every moment, until the time is over. */
const rage = async ({ random, nig, pool, instances, start, isOver, add }: Target): Promise<void> => {
  while (!isOver()) {
    await sleep(FAULT_EVERY_MS);
    await nig.setFaults({ mode: random.pick(MODES), rate: random.below(101) / 100 });
    add('faults switched');
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
    if (random.below(100) < 6) {
      const index = random.below(instances.length);
      await instances[index]?.[Symbol.asyncDispose]();
      instances[index] = await start();
      add('instances killed');
    }
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
  const lines: Line[] = [];
  for (let n = 0; n < options.lines; n++) lines.push(await addTestLine(database.pool));
  const start = () => startServiceProcess({ database, nigUrl: nig.url, nigTimeoutMs: NIG_TIMEOUT_MS });
  const instances: ServiceProcess[] = [];
  stack.defer(async () => {
    for (const instance of instances) await instance[Symbol.asyncDispose]();
  });
  for (let n = 0; n < INSTANCES; n++) instances.push(await start());

  const deadline = performance.now() + options.seconds * 1000;
  const isOver = () => performance.now() > deadline;
  const answers: Answer[] = [];
  // One sign-in an instance: each has a demo identity provider of its own.
  const signedIn = new WeakMap<ServiceProcess, Promise<Client>>();
  const clients = (instance: ServiceProcess): Promise<Client> => {
    const client = signedIn.get(instance) ?? instance.as('demo-operator');
    signedIn.set(instance, client);
    return client;
  };
  const clientOf = () => clients(random.pick(instances));
  const operators = Array.from({ length: options.clients }, (_, n) =>
    operate(n, lines, clientOf, isOver, answers),
  );
  const count: StormCount = { 'instances killed': 0, 'connections cut': 0, 'faults switched': 0 };
  const add = (what: string, much = 1) => {
    count[what] = (count[what] ?? 0) + much;
  };
  await rage({ random, nig, pool: database.pool, instances, start, isOver, add });
  await Promise.all(operators);
  await nig.setFaults({ mode: 'none' });
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
  const client = await clientOf();
  for (const line of lines) await checkLine({ db: database.pool, nig, client }, line, answers);
  for (const { code } of answers) add(`answered ${code}`);
  for (const { state, count: much } of await run(database.pool, countStates, []))
    add(`updates ${state}`, much);
  return { ...count, violations: 0 };
};

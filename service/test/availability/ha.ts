/**
 * `npm run ha`: three desks on the cluster of deploy/patroni, under load, while its primary dies.
 * `npm run ha -- all` also switches over, kills a whole node and etcd's majority, restarts
 * PgBouncer and takes NIG away. Prints for each event the requests that failed and the longest time
 * without an applied update. Exit code 0: no update that was answered 200 is lost, each line is as
 * NIG has it, and the history is intact. HA_RATE sets the updates a second (8), HA_LOG the desks'
 * log level. HA_DIRECT=true: desks without HAProxy and PgBouncer, by several hosts in the address.
 */
import { generateKeyPairSync } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { one, openDatabase, statement } from '../../src/platform/database/database.ts';
import { buildPortalIfStale } from '../../src/start/build-portal.ts';
import { type ServiceProcess, startServiceProcess } from '../faults/service-process.ts';
import { checkLine } from '../faults/storm-check.ts';
import type { Line } from '../faults/storm-operators.ts';
import { readMetrics } from '../support/read-metrics.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { startTestNig, type TestNig } from '../support/test-nig.ts';
import { until } from '../support/until.ts';
import { importLines, runCommand } from '../upgrade/ground.ts';
import { type Cluster, startCluster } from './cluster.ts';
import { type Load, measure, startLoad } from './load.ts';
import { requireDebianPrograms } from './programs.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
/** Desks that find the primary among several hosts of their address. */
const IS_DIRECT = process.env.HA_DIRECT === 'true';
const RATE = Number(process.env.HA_RATE ?? 8);
const NIG_TIMEOUT_MS = 2000;
const CALM_MS = 3000;
const STARTS_WITHIN_MS = 40_000;
/** A machine that is busy with other work is slow; no figure is judged. */
const RECOVER_WITHIN_MS = 180_000;

const began = performance.now();
const seconds = () => ((performance.now() - began) / 1000).toFixed(1);
const print = (line: string) => void process.stdout.write(`${seconds().padStart(6)} s  ${line}\n`);

const countUnsettled = statement<{ count: number }>(
  'ha-count-unsettled',
  `select count(*) as count from cpe_update where state not in ('applied', 'rejected', 'abandoned')`,
);

const PLACES = /^cpe_desk_read_statements_total\{place="(\w+)"\} (\d+)$/gm;

type Place = { cluster: Cluster; desks: readonly ServiceProcess[]; nig: TestNig };

/** The primary and what runs beside it die, another node leads, then they return. */
const killPrimary = async (
  { cluster }: Place,
  beside: (node: number) => { start(): Promise<void>; kill(): Promise<void> } | undefined,
): Promise<void> => {
  const node = await cluster.primary();
  if (!node) throw new Error('There is no primary to kill');
  const other = beside(cluster.nodes.indexOf(node));
  await Promise.all([node.kill(), other?.kill()]);
  const isLed = async () => {
    const leader = await cluster.primary();
    return leader !== undefined && leader !== node;
  };
  await until('another node leads', isLed, RECOVER_WITHIN_MS);
  print('  another node leads');
  await other?.start();
  await node.start();
  await cluster.untilWhole();
};

/** What happens to the set-up; the set-up is whole again afterwards. */
const EVENTS: Readonly<Record<string, { what: string; happens(place: Place): Promise<void> }>> = {
  kill: {
    what: 'kill -9 of the primary and its Patroni',
    happens: (place) => killPrimary(place, () => undefined),
  },
  switchover: {
    what: 'planned switchover',
    async happens({ cluster }) {
      await cluster.switchOver();
      await cluster.untilWhole();
    },
  },
  node: {
    what: 'death of a node: etcd, Patroni and the primary',
    happens: (place) => killPrimary(place, (node) => place.cluster.etcd[node]),
  },
  etcd: {
    what: 'two of three etcd members away, until the primary goes on without them',
    async happens({ cluster }) {
      const primary = await cluster.primary();
      const away = cluster.etcd.slice(0, 2);
      const goesOn = async () =>
        (await primary?.log())?.includes('because failsafe mode is enabled');
      await Promise.all(away.map((member) => member.kill()));
      await until('the primary goes on', goesOn, RECOVER_WITHIN_MS);
      await Promise.all(away.map((member) => member.start()));
      await cluster.untilWhole();
    },
  },
  pgbouncer: {
    what: 'kill -9 and start of PgBouncer',
    happens: ({ cluster }) => cluster.pgbouncer.restart(),
  },
  nig: {
    what: 'NIG away for 5 s',
    async happens({ nig }) {
      await nig.stop();
      await sleep(5000);
      await nig.start();
    },
  },
};

const runEvent = async (place: Place, load: Load, name: string): Promise<string> => {
  const event = EVENTS[name];
  if (!event) throw new Error(`There is no event ${name}: ${Object.keys(EVENTS).join(', ')}`);
  await sleep(CALM_MS);
  print(event.what);
  const from = performance.now();
  await event.happens(place);
  const whole = performance.now();
  await until(
    'updates are applied again',
    async () => measure(load.answers, whole).applied > 0,
    RECOVER_WITHIN_MS,
  );
  await sleep(CALM_MS);
  const { applied, failed, codes, longestS } = measure(load.answers, from);
  const lists = measure(load.lists, from);
  const cells = [
    ...[event.what, longestS.toFixed(1), applied, failed, codes.join(', ') || 'none'],
    ...[lists.longestS.toFixed(1), lists.failed],
  ];
  const row = `| ${cells.join(' | ')} |`;
  print(row);
  return row;
};

const startDesks = async (
  cluster: Cluster,
  nig: TestNig,
  folder: string,
  stack: AsyncDisposableStack,
) => {
  const keyFile = join(folder, 'history-key.pem');
  const { privateKey } = generateKeyPairSync('ed25519');
  await writeFile(keyFile, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  const { direct } = cluster;
  const addresses = IS_DIRECT
    ? { database: { url: direct.ownerUrl, applicationUrl: direct.url }, read: direct.readUrl }
    : {
        database: { url: cluster.ownerUrl, applicationUrl: cluster.pooledUrl },
        read: cluster.readUrl,
      };
  const settings = {
    HISTORY_KEY_FILE: keyFile,
    DATABASE_READ_URL: addresses.read,
    ...(!IS_DIRECT && { DATABASE_LISTEN_URL: cluster.listenUrl, DATABASE_PREPARE: 'false' }),
    DATABASE_SYNC: 'require',
    DATABASE_POOL: '12',
    ...(process.env.HA_LOG && { LOG_LEVEL: process.env.HA_LOG }),
  };
  const start = async (name: string) =>
    stack.use(
      await startServiceProcess({
        database: addresses.database,
        dataDir: join(folder, name),
        nigUrl: nig.url,
        nigTimeoutMs: NIG_TIMEOUT_MS,
        settings,
      }),
    );
  // The first one migrates.
  const first = await start('desk1');
  return { desks: [first, ...(await Promise.all(['desk2', 'desk3'].map(start)))], keyFile };
};

/** Where the desks' lists were read, as their metrics say. */
const printPlaces = async (desks: readonly ServiceProcess[]): Promise<void> => {
  const sums = new Map<string, number>();
  for (const { origin } of desks) {
    const text = await readMetrics({ origin });
    for (const [, place = '', count] of text.matchAll(PLACES))
      sums.set(place, (sums.get(place) ?? 0) + Number(count));
  }
  print(`lists by place: ${[...sums].map(([place, count]) => `${count} ${place}`).join(', ')}`);
};

const verifyHistory = async (ownerUrl: string, folder: string, keyFile: string) => {
  const file = join(ROOT, 'service/src/commands/verify-history.ts');
  const env = {
    DATABASE_URL: ownerUrl,
    DATA_DIR: join(folder, 'desk2'),
    HISTORY_KEY_FILE: keyFile,
  };
  const { code, out } = await runCommand(file, [], env);
  print(`verify-history: ${out.split('\n').at(-1)}`);
  return code === 0 ? [] : [`verify-history ended with ${code}:\n${out}`];
};

/** The lines that are not as their answers and NIG say. */
const checkLines = async (
  { cluster, desks, nig }: Place,
  lines: readonly Line[],
  { answers }: Load,
): Promise<string[]> => {
  await using db = openDatabase(cluster.ownerUrl, { max: 2, log: { warn() {} } });
  await until(
    'all updates are settled',
    async () => (await one(db, countUnsettled, [])).count === 0,
    RECOVER_WITHIN_MS,
  );
  const client = desks[1]?.operator;
  if (!client) return ['no desk runs'];
  const accepted = await nig.accepted();
  const faults: string[] = [];
  for (const line of lines)
    await checkLine({ db, nig, client }, line, answers, accepted).catch((error) =>
      faults.push(`line ${line.lineId}: ${error instanceof Error ? error.message : error}`),
    );
  return faults;
};

const run = async (names: readonly string[], stack: AsyncDisposableStack): Promise<string[]> => {
  await requireDebianPrograms();
  await buildPortalIfStale(print);
  const { path: folder } = stack.use(await tempFolder());
  const nigFolder = stack.use(await tempFolder());
  const nig = await startTestNig(nigFolder.path);
  stack.defer(() => nig.stop());
  print('starting three etcd members and three PostgreSQL nodes');
  const clusterFolder = stack.use(await tempFolder());
  const cluster = await startCluster(clusterFolder.path, stack);
  print('the cluster is whole; starting three desks');
  const { desks, keyFile } = await startDesks(cluster, nig, folder, stack);
  const lines = await importLines({ folder, url: cluster.ownerUrl }, ROOT, RATE);
  print(`three desks run; ${RATE} updates a second`);
  const place = { cluster, desks, nig };
  const load = startLoad(lines, desks);
  stack.defer(load.stop);
  const rows: string[] = [];
  for (const name of names) rows.push(await runEvent(place, load, name));
  await load.stop();
  await printPlaces(desks);
  const faults = await checkLines(place, lines, load);
  faults.push(...(await verifyHistory(cluster.ownerUrl, folder, keyFile)));
  print(
    '| event | s without an update | applied | failed | of these | s without a list | failed |',
  );
  print('| --- | --- | --- | --- | --- | --- | --- |');
  for (const row of rows) print(row);
  const acknowledged = load.answers.filter(({ status }) => status === 200).length;
  print(`acknowledged: ${acknowledged}; lost updates and violated invariants: ${faults.length}`);
  return faults;
};

const main = async (names: readonly string[]): Promise<string[]> => {
  const stack = new AsyncDisposableStack();
  const interrupted = new Promise<string[]>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const)
      process.once(signal, () => resolve([`ended by ${signal}`]));
  });
  const running = run(names, stack);
  try {
    return await Promise.race([running, interrupted]);
  } finally {
    await stack.disposeAsync();
    // A desk that was just starting finds no database, and is ended by who started it.
    await Promise.race([running.catch(() => {}), sleep(STARTS_WITHIN_MS)]);
  }
};

const given = process.argv.slice(2);
const names = given.includes('all') ? Object.keys(EVENTS) : given.length > 0 ? given : ['kill'];
const faults = await main(names).catch((error: Error) => [error.stack ?? error.message]);
for (const fault of faults) print(fault);
print(faults.length === 0 ? 'The trial has passed' : `The trial has failed: ${faults.length}`);
process.exit(faults.length === 0 ? 0 : 1);

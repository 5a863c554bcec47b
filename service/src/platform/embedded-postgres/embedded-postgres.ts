import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, chown, mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { connect } from '../database/connect.ts';
import { isAlive } from '../process/is-alive.ts';
import { StartError, systemErrorCode } from '../process/start-error.ts';
import { type Account, postgresAccount, postgresBinaries, run } from './postgres-programs.ts';

export type EmbeddedPostgresOptions = {
  /** The caller holds its lock (`lockDataDir`). */
  dataDir: string;
  /** Receives what the start waits for, a line at a time. */
  print: (line: string) => void;
  /** False for tests: much faster, and a crash of the machine loses the data. */
  durable?: boolean;
  /** Holds a copy of PostgreSQL where its user cannot run that in `node_modules`. */
  cacheDir?: string;
};

export type EmbeddedPostgres = {
  /** The superuser's URL of the database `cpe_desk`. */
  url: string;
  /** The folder of the cluster, its password and its log. */
  home: string;
  /** Ends all sessions, shuts the server down and waits until it is gone. */
  stop(): Promise<void>;
};

export type Cluster = { home: string; folder: string; account: Account; binaries: string };

const DATABASE = 'cpe_desk';
const LOG_LIMIT_BYTES = 10 * 1024 * 1024;
// Crash recovery replays the log: for a busy server that can take minutes.
const START_LIMIT_S = 300;
const STOP_LIMIT_S = 120;
const START_ATTEMPTS = 60;
const START_PAUSE_MS = 250;
// Another program took the port first; or sessions of a killed server still end.
const TRANSIENT = /could not bind|pre-existing shared memory block/;
const INITDB_ARGS = [
  ...['--username', 'postgres', '--pwfile', '../password', '--auth', 'scram-sha-256'],
  // Case mapping of Unicode, the same on every machine; sorted by code point.
  ...['--encoding', 'UTF8', '--locale-provider', 'builtin'],
  ...['--builtin-locale', 'C.UTF-8', '--locale', 'C'],
  ...['--set', 'max_connections=100', '--set', 'shared_buffers=256MB'],
  // A search reads hundreds of rows from all over a table: how many reads it asks for in advance.
  ...['--set', 'effective_io_concurrency=64', '--set', 'io_workers=8'],
];

/**
 * Starts the PostgreSQL of the npm packages on the cluster in `dataDir`, made at the first start.
 */
export async function startEmbeddedPostgres(
  options: EmbeddedPostgresOptions,
): Promise<EmbeddedPostgres> {
  const { dataDir, print, durable = true, cacheDir } = options;
  const cluster = await locateCluster(dataDir, cacheDir);
  if (!existsSync(cluster.folder)) {
    print('Preparing the database (first start only)');
    await initialise(cluster, durable);
  }
  if ((await runningServer(cluster.folder)) !== undefined) {
    print('Stopping PostgreSQL of an earlier start');
    await stopServer(cluster);
  }
  await removeMisleadingPidFile(cluster.folder);
  print('Starting PostgreSQL');
  const port = await startServer(cluster, durable);
  await createDatabase(await urlOf(cluster.home, port, 'postgres'));
  return {
    url: await urlOf(cluster.home, port),
    home: cluster.home,
    stop: () => stopServer(cluster),
  };
}

/** The URL of the server that a desk runs on `dataDir`; undefined while it is not ready. */
export async function runningEmbeddedPostgres(dataDir: string): Promise<string | undefined> {
  const home = await homeOf(dataDir);
  const running = await runningServer(join(home, 'cluster'));
  return running?.status === 'ready' ? urlOf(home, running.port) : undefined;
}

export async function locateCluster(
  dataDir: string,
  cacheDir = defaultCacheDir(),
): Promise<Cluster> {
  const home = await homeOf(dataDir);
  // PostgreSQL's user must be able to enter, whatever the umask. The folders inside are closed
  // themselves.
  if (await mkdir(home, { recursive: true })) await chmod(home, 0o755);
  const folder = join(home, 'cluster');
  const account = await postgresAccount(folder);
  return { home, folder, account, binaries: await postgresBinaries(account, cacheDir) };
}

function defaultCacheDir(): string {
  if (process.getuid?.() === 0) return '/var/cache/cpe-desk';
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'cpe-desk');
}

/** Earlier releases kept the cluster elsewhere when PostgreSQL's user could not enter DATA_DIR. */
async function homeOf(dataDir: string): Promise<string> {
  const pointer = resolve(dataDir, 'postgres-is-elsewhere');
  const [home = ''] = (await readIfPresent(pointer)).split('\n');
  if (home === '') return resolve(dataDir, 'postgres');
  if (existsSync(join(home, 'cluster'))) return home;
  throw new StartError(
    'postgres-location',
    `The database of ${dataDir} was in ${home}, which is gone.\n` +
      `Put it back, or delete ${pointer} to begin with an empty database.`,
  );
}

/** Initialises a draft and renames it: a start that is killed here leaves no half cluster. */
async function initialise({ home, folder, account, binaries }: Cluster, durable: boolean) {
  const draft = join(home, 'cluster.new');
  const password = join(home, 'password');
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { mode: 0o700 });
  await writeFile(password, `${randomBytes(24).toString('hex')}\n`, { mode: 0o600 });
  if (account) for (const path of [draft, password]) await chown(path, account.uid, account.gid);
  const args = durable ? INITDB_ARGS : [...INITDB_ARGS, '--no-sync'];
  const { code, output } = await runOn({ folder: draft, account, binaries }, 'initdb', args);
  if (code !== 0)
    throw new StartError('postgres-failed', `No database could be made in ${home}:\n${output}`);
  await rename(draft, folder);
}

/**
 * Runs a program in the cluster's folder, which it enters before it becomes PostgreSQL's user. So
 * it also works for a DATA_DIR that this user cannot reach.
 */
export function runOn(
  { folder, account, binaries }: Omit<Cluster, 'home'>,
  program: 'initdb' | 'pg_ctl',
  args: string[],
  log?: number,
) {
  const pgdata = account && process.platform === 'linux' ? '/proc/self/cwd' : folder;
  return run(join(binaries, program), ['-D', pgdata, ...args], { account, cwd: folder, log });
}

/** Starts a server on a free port of 127.0.0.1. Returns the port once it accepts connections. */
async function startServer(cluster: Cluster, durable: boolean): Promise<number> {
  const logFile = join(cluster.home, 'postgres.log');
  await using log = await open(logFile, 'a', 0o600);
  if ((await log.stat()).size > LOG_LIMIT_BYTES) await log.truncate();
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    const { size } = await log.stat();
    const settings = ['-w', '-t', `${START_LIMIT_S}`, '-o', serverSettings(port, durable)];
    const { code } = await runOn(cluster, 'pg_ctl', ['start', ...settings], log.fd);
    if (code === 0) return port;
    const logText = (await readFile(logFile)).subarray(size).toString();
    if (attempt < START_ATTEMPTS && TRANSIENT.test(logText)) await delay(START_PAUSE_MS);
    else throw startFailure(cluster, logText, logFile);
  }
}

function startFailure({ folder }: Cluster, logText: string, logFile: string): StartError {
  const reason = logText.trim().split('\n').slice(-15).join('\n');
  const failure = `PostgreSQL did not start on ${folder}:\n${reason}\n(log: ${logFile})`;
  if (!logText.includes('incompatible with server'))
    return new StartError('postgres-failed', failure);
  const advice =
    'Start the release of CPE Desk that made it and move the data with pg_dump, or choose another DATA_DIR.';
  return new StartError('postgres-version', `${failure}\n${advice}`);
}

/** Without spaces inside a value: pg_ctl hands them to a shell. */
function serverSettings(port: number, durable: boolean): string {
  const network = `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=`;
  const risks = '-c fsync=off -c synchronous_commit=off -c full_page_writes=off';
  return durable ? network : `${network} ${risks}`;
}

/** Ends all sessions and waits for the last checkpoint. */
async function stopServer(cluster: Cluster): Promise<void> {
  if ((await runningServer(cluster.folder)) === undefined) return;
  const args = ['stop', '-w', '-t', `${STOP_LIMIT_S}`, '-m', 'fast'];
  const { code, output } = await runOn(cluster, 'pg_ctl', args);
  // It may have ended on its own in the meantime.
  if (code === 0 || (await runningServer(cluster.folder)) === undefined) return;
  throw new StartError('postgres-failed', `PostgreSQL did not stop: ${output}`);
}

/** https://www.postgresql.org/docs/18/storage-file-layout.html: pid, port and status by line. */
export async function runningServer(
  folder: string,
): Promise<{ pid: number; port: number; status: string } | undefined> {
  const lines = (await readIfPresent(join(folder, 'postmaster.pid'))).split('\n');
  const pid = Number(lines[0]);
  if (!(pid > 1) || !(await isServerOf(folder, pid))) return undefined;
  return { pid, port: Number(lines[3]), status: lines[7]?.trim() ?? 'starting' };
}

/**
 * Whether the process serves this folder. Another program may have its pid now, or the file may
 * come from a copied folder. The working folder of a server is its cluster.
 */
async function isServerOf(folder: string, pid: number): Promise<boolean> {
  if (process.platform === 'win32') {
    const { output } = await run('tasklist', ['/fi', `pid eq ${pid}`, '/nh']);
    return output.startsWith('postgres.exe');
  }
  const { uid, gid } = await stat(folder);
  const account = process.getuid?.() === 0 ? { uid, gid } : undefined;
  const cwd =
    process.platform === 'linux'
      ? `/proc/${pid}/cwd`
      : `"$(lsof -ad cwd -p ${pid} -Fn | sed -n s/^n//p)"`;
  return (await run('/bin/sh', ['-c', `test ${cwd} -ef .`], { account, cwd: folder })).code === 0;
}

/**
 * PostgreSQL refuses to start on an empty pid file, or one that names another live process. The
 * file of a dead server stays: through it PostgreSQL finds sessions that outlived that server.
 */
async function removeMisleadingPidFile(folder: string): Promise<void> {
  const file = join(folder, 'postmaster.pid');
  const pid = Number.parseInt(await readIfPresent(file), 10);
  if (!(pid > 1) || isAlive(pid)) await rm(file, { force: true });
}

async function urlOf(home: string, port: number, database = DATABASE): Promise<string> {
  const password = await readFile(join(home, 'password'), 'utf8');
  return `postgres://postgres:${password.trim()}@127.0.0.1:${port}/${database}`;
}

async function createDatabase(url: string): Promise<void> {
  await using client = await connect(url, 'start');
  const found = await client.query('SELECT FROM pg_database WHERE datname = $1', [DATABASE]);
  if (found.rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE}`);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function readIfPresent(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((error: unknown) => {
    if (systemErrorCode(error) === 'ENOENT') return '';
    throw error;
  });
}

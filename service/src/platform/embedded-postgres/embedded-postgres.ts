import { randomBytes } from 'node:crypto';
import { chown, mkdir, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { StartError, systemErrorCode } from '../process/start-error.ts';
import { type Account, run } from './postgres-account.ts';
import { postgresBinaries, program } from './postgres-binaries.ts';
import { canonicalDataDir, clusterOf, postgresHome } from './postgres-home.ts';
import { adminUrl, type Cluster, startPostmaster, stopPostmaster, takeOver } from './postmaster.ts';

export type EmbeddedPostgresOptions = {
  /** The caller holds its lock (`lockDataDir`). */
  dataDir: string;
  /** Told what is being waited for, a line at a time. */
  say: (line: string) => void;
  /** False for tests: much faster, and a crash of the machine loses the data. */
  durable?: boolean;
  /** Where root keeps what PostgreSQL's user cannot reach in the DATA_DIR or in `node_modules`. */
  systemDirs?: SystemDirs;
};

type SystemDirs = { cache: string; state: string };

export type EmbeddedPostgres = {
  /** Superuser's URL of the database `cpe_desk`. */
  url: string;
  /** The folder of the cluster, its password and its log. */
  home: string;
  /** Ends all sessions, shuts the server down and waits until it is gone. */
  stop(): Promise<void>;
};

const DATABASE = 'cpe_desk';
const LOG_LIMIT_BYTES = 10 * 1024 * 1024;

/**
 * Brings up the PostgreSQL that comes in npm packages, on a cluster that belongs to `dataDir`:
 * 1. where it lives and who runs it (postgres-home.ts, postgres-account.ts)
 * 2. binaries that this user can run (postgres-binaries.ts)
 * 3. the cluster, initialised at the first start
 * 4. the server: one left behind by a killed start, or a new one (postmaster.ts)
 * 5. the database `cpe_desk`
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { say, durable = true } = options;
  const { cluster, home } = await locate(options);
  if (!(await isInitialised(cluster))) {
    say('Preparing the database (first start only)');
    await initialise(cluster, home, durable);
  }
  await prepareLog(cluster);
  let port = await takeOver(cluster, say);
  if (port === undefined) {
    say('Starting PostgreSQL');
    port = await startPostmaster(cluster, durable);
  }
  await createDatabase(adminUrl(cluster.password, port));
  return {
    url: adminUrl(cluster.password, port, DATABASE),
    home,
    stop: () => stopPostmaster(cluster),
  };
}

/** Stops the server that a killed start left on `dataDir`, without a care for its data; answers the home. */
export async function abandonEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<{ home: string }> {
  const { cluster, home } = await locate(options);
  await stopPostmaster(cluster, 'immediate');
  return { home };
}

async function locate(options: EmbeddedPostgresOptions): Promise<{ cluster: Cluster; home: string }> {
  const { cache, state } = options.systemDirs ?? defaultSystemDirs();
  const dataDir = await canonicalDataDir(options.dataDir);
  const { home, account } = await postgresHome(dataDir, state, options.say);
  const cluster = {
    folder: clusterOf(home),
    logFile: join(home, 'postgres.log'),
    password: await passwordOf(home, account),
    account,
    binaries: await postgresBinaries(account, cache),
  };
  return { cluster, home };
}

function defaultSystemDirs(): SystemDirs {
  if (process.getuid?.() === 0) return { cache: '/var/cache/cpe-desk', state: '/var/lib/cpe-desk' };
  const userCache = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
  // `state` is for root only: anyone else runs PostgreSQL as themselves, in the DATA_DIR.
  return { cache: join(userCache, 'cpe-desk'), state: '' };
}

/** The superuser's password: random, made once, readable for PostgreSQL's user (and root) only. */
async function passwordOf(home: string, account: Account): Promise<string> {
  const file = join(home, 'password');
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT') throw error;
  }
  const password = randomBytes(24).toString('hex');
  await writeFile(`${file}.new`, `${password}\n`, { mode: 0o600 });
  if (account !== undefined) await chown(`${file}.new`, account.uid, account.gid);
  await rename(`${file}.new`, file);
  return password;
}

/** False before the first start; throws for a cluster of another major version. */
async function isInitialised(cluster: Cluster): Promise<boolean> {
  const made = await readFile(join(cluster.folder, 'PG_VERSION'), 'utf8').catch((error: unknown) => {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw error;
  });
  if (made === undefined) return false;
  const { output } = await run(program(cluster.binaries, 'postgres'), ['--version'], cluster.account);
  const packaged = /\d+/.exec(output)?.[0];
  if (made.trim() === packaged) return true;
  throw new StartError(
    'postgres-version',
    `The database in ${cluster.folder} was made by PostgreSQL ${made.trim()}; this version of CPE Desk brings ${packaged}.\n` +
      'Start the earlier version of CPE Desk and move the data with pg_dump, or choose another DATA_DIR.',
  );
}

/** Initialises beside the goal and renames: a start that is killed here leaves no half cluster. */
async function initialise(cluster: Cluster, home: string, durable: boolean): Promise<void> {
  for (const name of await readdir(home)) {
    if (name.startsWith('cluster.new-')) await rm(join(home, name), { recursive: true });
  }
  const draft = join(home, `cluster.new-${randomBytes(4).toString('hex')}`);
  await mkdir(draft, { mode: 0o700 });
  if (cluster.account !== undefined) await chown(draft, cluster.account.uid, cluster.account.gid);
  const args = [
    ...['--pgdata', draft, '--username', 'postgres', '--pwfile', join(home, 'password')],
    ...['--auth', 'scram-sha-256', '--encoding', 'UTF8'],
    // Knows that ö is a small Ö, on every machine alike; its order is that of the code points.
    ...['--locale-provider', 'builtin', '--builtin-locale', 'C.UTF-8', '--locale', 'C'],
    ...['--set', 'max_connections=100', '--set', 'shared_buffers=256MB'],
    // A search reads hundreds of rows from all over a table: how many it asks the disk for ahead, and who fetches them.
    ...['--set', 'effective_io_concurrency=64', '--set', 'io_workers=8'],
    ...(durable ? [] : ['--no-sync']),
  ];
  const made = await run(program(cluster.binaries, 'initdb'), args, cluster.account);
  if (made.code !== 0) {
    throw new StartError('postgres-failed', `The database could not be prepared in ${home}:\n${made.output}`);
  }
  await rename(draft, cluster.folder);
}

/** Made by us, as PostgreSQL's user may not write into `home`; emptied at a start that finds it too long. */
async function prepareLog({ logFile, account }: Cluster): Promise<void> {
  const log = await open(logFile, 'a', 0o600);
  try {
    if ((await log.stat()).size > LOG_LIMIT_BYTES) await log.truncate();
    if (account !== undefined) await log.chown(account.uid, account.gid);
  } finally {
    await log.close();
  }
}

async function createDatabase(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [DATABASE]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE}`);
  } finally {
    await client.end();
  }
}

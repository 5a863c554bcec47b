import { open, readFile, realpath, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { isAlive } from '../process/is-alive.ts';
import { StartError, systemErrorCode } from '../process/start-error.ts';
import { type Account, run } from './postgres-account.ts';
import { program } from './postgres-binaries.ts';

/** One cluster and what is needed to run a server on it. */
export type Cluster = {
  folder: string;
  logFile: string;
  password: string;
  account: Account;
  binaries: string;
};

/** What `postmaster.pid` tells; `status` is `starting`, `ready`, `standby` or `stopping`. */
export type Postmaster = { pid: number; port: number; status: string };

const POLL_MS = 100;
// Crash recovery replays the log: for a busy server that can take minutes.
const RECOVERY_LIMIT_S = 300;
const STOP_LIMIT_S = 120;
const ANSWER_LIMIT_S = 15;
const START_ATTEMPTS = 60;
const START_PAUSE_MS = 250;
// Someone else took the port between our look and PostgreSQL's; or sessions of a killed server still end.
const TRANSIENT = /could not bind|pre-existing shared memory block/;

/** The live server of a cluster; undefined when there is none, or only a stale `postmaster.pid`. */
export async function runningPostmaster(folder: string): Promise<Postmaster | undefined> {
  const found = await readPidFile(folder);
  return found !== undefined && (await isPostgres(found.pid)) ? found : undefined;
}

/**
 * Takes over the server that an earlier, killed start left running on the cluster, waiting while it still
 * starts or stops. Answers its port; undefined when there is none, and then nothing hinders a new one.
 */
export async function takeOver(cluster: Cluster, say: (line: string) => void): Promise<number | undefined> {
  for (let waited = 0; ; waited += POLL_MS) {
    const running = await runningPostmaster(cluster.folder);
    const state = running === undefined ? 'none' : await probe(cluster, running);
    if (running === undefined || state === 'none') {
      await removeMisleadingPidFile(cluster.folder);
      return undefined;
    }
    if (state === 'ours') {
      say(`Taking over PostgreSQL (process ${running.pid}) from an earlier start`);
      return running.port;
    }
    if (waited === 10 * POLL_MS) say(`Waiting for PostgreSQL (process ${running.pid}): ${state.waitingFor}`);
    if (waited > 1000 * (running.status === 'ready' ? ANSWER_LIMIT_S : RECOVERY_LIMIT_S)) {
      throw new StartError('postgres-not-answering', notAnswering(running, cluster, state.waitingFor));
    }
    await delay(POLL_MS);
  }
}

/** Starts a server on a free port of 127.0.0.1 and answers that port once the server accepts connections. */
export async function startPostmaster(cluster: Cluster, durable: boolean): Promise<number> {
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    const logStart = (await stat(cluster.logFile)).size;
    const wait = ['-w', '-t', `${RECOVERY_LIMIT_S}`];
    const settings = ['-o', postmasterSettings(port, durable).join(' ')];
    const started = await pgCtl(cluster, 'start', ...wait, ...settings, '-l', cluster.logFile);
    if (started.code === 0) return port;
    const log = await readFrom(cluster.logFile, logStart);
    if (attempt < START_ATTEMPTS && TRANSIENT.test(log)) {
      await delay(START_PAUSE_MS);
      continue;
    }
    const reason = `${started.output}\n${log}`.trim().split('\n').slice(-15).join('\n');
    throw new StartError(
      'postgres-failed',
      `PostgreSQL did not start on ${cluster.folder}:\n${reason}\n(log: ${cluster.logFile})`,
    );
  }
}

/** Stops the cluster's server, if one runs, and waits: `fast` ends sessions and checkpoints, `immediate` just quits. */
export async function stopPostmaster(cluster: Cluster, mode: 'fast' | 'immediate' = 'fast'): Promise<void> {
  if ((await runningPostmaster(cluster.folder)) === undefined) return;
  const stopped = await pgCtl(cluster, 'stop', '-w', '-t', `${STOP_LIMIT_S}`, '-m', mode);
  // It may have gone by itself meanwhile.
  if (stopped.code === 0 || (await runningPostmaster(cluster.folder)) === undefined) return;
  throw new StartError(
    'postgres-failed',
    `PostgreSQL did not stop: ${stopped.output}\n(log: ${cluster.logFile})`,
  );
}

export function adminUrl(password: string, port: number, database = 'postgres'): string {
  return `postgres://postgres:${password}@127.0.0.1:${port}/${database}`;
}

const pidFile = (folder: string) => join(folder, 'postmaster.pid');

/** https://www.postgresql.org/docs/18/storage-file-layout.html: line 1 is the pid, 4 the port, 8 the status. */
async function readPidFile(folder: string): Promise<Postmaster | undefined> {
  try {
    const lines = (await readFile(pidFile(folder), 'utf8')).split('\n');
    const pid = Number(lines[0]);
    if (!Number.isInteger(pid) || pid <= 1) return undefined;
    return { pid, port: Number(lines[3]), status: lines[7]?.trim() ?? 'starting' };
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * PostgreSQL refuses to start on an empty pid file, or one whose pid is another process's by now. The file of a
 * dead server stays: in it, PostgreSQL finds the sessions which may have outlived that server.
 */
async function removeMisleadingPidFile(folder: string): Promise<void> {
  const found = await readPidFile(folder);
  if (found === undefined || isAlive(found.pid)) await rm(pidFile(folder), { force: true });
}

/** Alive, not a zombie, and not another program that was given the pid meanwhile. */
async function isPostgres(pid: number): Promise<boolean> {
  if (process.platform === 'linux') {
    const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
    return /^\d+ \(postgres\) [^ZX]/.test(status);
  }
  if (process.platform === 'win32') {
    const tasks = await run('tasklist', ['/fi', `pid eq ${pid}`, '/fo', 'csv', '/nh']);
    return tasks.output.startsWith('"postgres.exe"');
  }
  const status = await run('ps', ['-p', `${pid}`, '-o', 'stat=', '-o', 'comm=']);
  return /^[^Z]\S*\s+(.*\/)?postgres$/.test(status.output);
}

async function probe(
  cluster: Cluster,
  running: Postmaster,
): Promise<'none' | 'ours' | { waitingFor: string }> {
  if (running.status !== 'ready') return { waitingFor: `it is ${running.status}` };
  try {
    return (await serves(running.port, cluster)) ? 'ours' : 'none';
  } catch (error) {
    return { waitingFor: String(error) };
  }
}

/** False when the pid file came here with a copied folder, and the server serves the original. */
async function serves(port: number, cluster: Cluster): Promise<boolean> {
  const client = new pg.Client({
    connectionString: adminUrl(cluster.password, port),
    connectionTimeoutMillis: 5000,
  });
  client.on('error', () => {});
  await client.connect();
  try {
    const { rows } = await client.query<{ data_directory: string }>('SHOW data_directory');
    const served = await realpath(rows[0]?.data_directory ?? '').catch(() => undefined);
    // A folder that was renamed under its running server is at its old path no more.
    return served === undefined || served === (await realpath(cluster.folder));
  } finally {
    await client.end();
  }
}

function notAnswering({ pid, port }: Postmaster, cluster: Cluster, failure: string): string {
  return (
    `A PostgreSQL server (process ${pid}, port ${port}) holds ${cluster.folder} but does not answer: ${failure}\n` +
    `Stop it with: kill -INT ${pid}   and start again. (log: ${cluster.logFile})`
  );
}

/** Each without spaces: pg_ctl hands them to a shell. */
function postmasterSettings(port: number, durable: boolean): string[] {
  const network = ['-p', `${port}`, '-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories='];
  if (durable) return network;
  return [...network, '-c', 'fsync=off', '-c', 'synchronous_commit=off', '-c', 'full_page_writes=off'];
}

function pgCtl(cluster: Cluster, verb: 'start' | 'stop', ...options: string[]) {
  return run(program(cluster.binaries, 'pg_ctl'), [verb, '-D', cluster.folder, ...options], cluster.account);
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}

async function readFrom(file: string, start: number): Promise<string> {
  const handle = await open(file);
  try {
    const { size } = await handle.stat();
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(size - start), 0, size - start, start);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await handle.close();
  }
}

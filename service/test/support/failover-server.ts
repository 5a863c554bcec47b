import { rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Account, run } from '../../src/platform/embedded-postgres/postgres-account.ts';
import { postgresBinaries, program } from '../../src/platform/embedded-postgres/postgres-binaries.ts';
import { clusterOf } from '../../src/platform/embedded-postgres/postgres-home.ts';
import { startTestServer, type TestServer } from './test-server.ts';

/** A durable PostgreSQL whose standby a test promotes in its place, at the same address. */
export type FailoverServer = TestServer & {
  /** Copies the primary as it is now: what a standby has that lags from here on. Its sessions end. */
  copy(): Promise<void>;
  /** Loses what was committed since `copy`: the primary dies, the copy is promoted. */
  failOver(): Promise<void>;
  /** Loses nothing: the primary stops, its standby has everything and is promoted. */
  switchOver(): Promise<void>;
};

const CACHE =
  process.getuid?.() === 0 ? '/var/cache/cpe-desk' : join(process.env.HOME ?? '/tmp', '.cache/cpe-desk');

const mustRun = async (file: string, args: string[], account?: Account): Promise<void> => {
  const { code, output } = await run(file, args, account);
  if (code !== 0) throw new Error(`${file} ${args.join(' ')}: ${output}`);
};

export async function startFailoverServer(): Promise<FailoverServer> {
  const server = await startTestServer({ durable: true });
  if (server.home === undefined) throw new Error('A failover needs an embedded server');
  const [cluster, copied] = [clusterOf(server.home), join(server.home, 'copied')];
  const owner = await stat(cluster);
  const account = process.getuid?.() === 0 ? { uid: owner.uid, gid: owner.gid } : undefined;
  const pgCtl = program(await postgresBinaries(account, CACHE), 'pg_ctl');
  const { port } = new URL(server.adminUrl);
  const settings = `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=`;
  const logFile = join(server.home, 'postgres.log');
  // As a crash: what was committed is in the log. A fast stop may never end where a session was killed before.
  const stop = () => mustRun(pgCtl, ['stop', '-w', '-D', cluster, '-m', 'immediate'], account);
  const start = () => mustRun(pgCtl, ['start', '-w', '-D', cluster, '-o', settings, '-l', logFile], account);
  const copyCluster = async () => {
    await rm(copied, { recursive: true, force: true });
    await mustRun('cp', ['-a', cluster, copied]);
  };
  const promoteCopy = async () => {
    await rm(cluster, { recursive: true });
    await rename(copied, cluster);
    await writeFile(join(cluster, 'standby.signal'), '');
    if (account) await mustRun('chown', [`${account.uid}:${account.gid}`, join(cluster, 'standby.signal')]);
    await start();
    await mustRun(pgCtl, ['promote', '-w', '-D', cluster], account);
  };
  return {
    ...server,
    async copy() {
      await stop();
      await copyCluster();
      await start();
    },
    async failOver() {
      await stop();
      await promoteCopy();
    },
    async switchOver() {
      await stop();
      await copyCluster();
      await promoteCopy();
    },
  };
}

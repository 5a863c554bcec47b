import { execFile } from 'node:child_process';
import { chown, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { pgCtl } from './embedded-server.ts';
import { startTestServer, type TestServer } from './test-server.ts';

/** A durable PostgreSQL whose standby a test promotes in its place, at the same address. */
export type FailoverServer = TestServer & {
  /** Copies the primary: the state of a standby that lags from now on. All sessions end. */
  copy(): Promise<void>;
  /** Loses all commits since `copy`: the primary dies, the copy is promoted. */
  failOver(): Promise<void>;
  /** Loses nothing: the primary stops, and its complete standby is promoted. */
  switchOver(): Promise<void>;
};

export async function startFailoverServer(): Promise<FailoverServer> {
  const server = await startTestServer({ durable: true });
  const { home } = server;
  if (home === undefined) throw new Error('A failover needs an embedded server');
  const [cluster, copied] = [join(home, 'cluster'), join(home, 'copied')];
  const { port } = new URL(server.adminUrl);
  const settings = `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=`;
  // As in a crash, commits are in the log. A fast stop may hang after a session was killed.
  const stop = () => pgCtl(home, 'stop', '-w', '-m', 'immediate');
  const start = () => pgCtl(home, 'start', '-w', '-o', settings);
  const copyCluster = async () => {
    await rm(copied, { recursive: true, force: true });
    await promisify(execFile)('cp', ['-a', cluster, copied]);
  };
  const promoteCopy = async () => {
    await rm(cluster, { recursive: true });
    await rename(copied, cluster);
    const signal = join(cluster, 'standby.signal');
    await writeFile(signal, '');
    const { uid, gid } = await stat(cluster);
    await chown(signal, uid, gid);
    await start();
    await pgCtl(home, 'promote', '-w');
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

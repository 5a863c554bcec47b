import { execFile } from 'node:child_process';
import { appendFile, chown, open, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import {
  locateCluster,
  runningServer,
  runOn,
} from '../../src/platform/embedded-postgres/embedded-postgres.ts';
import { pgCtl } from './embedded-server.ts';
import { freePort } from './free-port.ts';
import { administer, startTestServer, type TestServer } from './test-server.ts';

/** A primary with a streaming standby, which a test stops, delays and promotes. */
export type ReplicatedServer = TestServer & {
  standby: {
    /** The address of a database of the primary, at the standby. */
    at(url: string): string;
    start(): Promise<void>;
    stop(): Promise<void>;
    promote(): Promise<void>;
    /** Replays nothing until `resume`: the standby lags. */
    pause(): Promise<void>;
    resume(): Promise<void>;
  };
  /** The primary ends as in a power cut. */
  stopPrimary(): Promise<void>;
};

const settingsAt = (port: number) =>
  `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=`;

export async function startReplicatedServer(): Promise<ReplicatedServer> {
  const server = await startTestServer({ durable: true });
  const { home } = server;
  if (home === undefined) throw new Error('A standby needs an embedded server');
  const primary = await locateCluster(dirname(home));
  const folder = join(home, 'standby');
  const { port, password, hostname } = new URL(server.adminUrl);
  const standbyPort = await freePort();
  const at = (url: string): string => {
    const there = new URL(url);
    there.port = String(standbyPort);
    return there.href;
  };
  const run = async (...args: string[]): Promise<void> => {
    await using log = await open(join(home, 'standby.log'), 'a');
    const { code } = await runOn({ ...primary, folder }, 'pg_ctl', args, log.fd);
    if (code !== 0) throw new Error(`pg_ctl ${args.join(' ')} failed: ${home}/standby.log`);
  };
  const start = () => run('start', '-w', '-o', settingsAt(standbyPort));
  const stop = async (): Promise<void> => {
    if (await runningServer(folder)) await run('stop', '-w', '-m', 'immediate');
  };

  // The copy of a stopped cluster is complete.
  await pgCtl(home, 'stop', '-w', '-m', 'fast');
  await promisify(execFile)('cp', ['-a', primary.folder, folder]);
  await pgCtl(home, 'start', '-w', '-o', settingsAt(Number(port)));
  const connection = `host=${hostname} port=${port} user=postgres password=${password}`;
  await appendFile(
    join(folder, 'postgresql.auto.conf'),
    `primary_conninfo = '${connection}'\nwal_retrieve_retry_interval = '100ms'\n`,
  );
  const signal = join(folder, 'standby.signal');
  await writeFile(signal, '');
  const { uid, gid } = await stat(folder);
  await chown(signal, uid, gid);
  await start();
  const administerStandby = (sql: string) => administer(at(server.adminUrl), sql);
  return {
    ...server,
    standby: {
      at,
      start,
      stop,
      promote: () => run('promote', '-w'),
      pause: () => administerStandby('select pg_wal_replay_pause()'),
      resume: () => administerStandby('select pg_wal_replay_resume()'),
    },
    stopPrimary: () => pgCtl(home, 'stop', '-w', '-m', 'immediate'),
    async stop() {
      await stop();
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

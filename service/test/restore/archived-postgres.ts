import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chown, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { postgresAccount } from '../../src/platform/embedded-postgres/postgres-programs.ts';
import { freePort } from '../support/free-port.ts';
import { until } from '../support/until.ts';

/** Debian's PostgreSQL 15, the oldest that the desk supports, and pgBackRest. */
const BIN = '/usr/lib/postgresql/15/bin';
const PGBACKREST = '/usr/bin/pgbackrest';
const STANZA = 'desk';

const execute = promisify(execFile);

/** Installs the programs where root runs this on Debian. Throws where one is missing. */
export const installPrograms = async (): Promise<void> => {
  const isThere = () => existsSync(join(BIN, 'initdb')) && existsSync(PGBACKREST);
  if (!isThere() && process.getuid?.() === 0) {
    // Without a cluster of Debian's own.
    const script = `apt-get update && apt-get install -y --no-install-recommends postgresql-common &&
      sed -i 's/^#\\?create_main_cluster.*/create_main_cluster = false/' /etc/postgresql-common/createcluster.conf &&
      apt-get install -y --no-install-recommends postgresql-15 pgbackrest`;
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    await execute('sh', ['-c', script], { env, maxBuffer: 1e8 }).catch(() => {}); // Checked below.
  }
  if (!isThere())
    throw new Error(
      'postgresql-15 or pgbackrest is missing and could not be installed: the drill did not run',
    );
};

/** A PostgreSQL with a base backup and an archive of its WAL, as docs/run/backup.md has it. */
export type ArchivedPostgres = {
  ownerUrl: string;
  backUp(): Promise<void>;
  /** The machine is lost, with the WAL that was not archived. */
  lose(): Promise<void>;
  /** Puts the files of the backup in place, and what recovery needs. */
  restore(target: { to: Date } | 'end of the archive'): Promise<void>;
  /** Starts it, and waits until it accepts writes. */
  start(): Promise<void>;
  stop(): Promise<void>;
};

const pgbackrestConfig = (home: string, port: number) => `[global]
repo1-path=${home}/repo
repo1-retention-full=2
log-path=${home}
lock-path=${home}
spool-path=${home}
log-level-console=error
log-level-file=off
start-fast=y
process-max=2
[${STANZA}]
pg1-path=${home}/data
pg1-port=${port}
pg1-socket-path=${home}
pg1-user=postgres
`;

/** Makes the cluster in `home` and starts it. It archives after `archiveTimeoutS` at most. */
export const startArchivedPostgres = async (
  home: string,
  archiveTimeoutS: number,
): Promise<ArchivedPostgres> => {
  const port = await freePort();
  const account = await postgresAccount(join(home, 'data'));
  const run = (program: string, args: string[]) =>
    execute(program, args, { ...account, cwd: home, maxBuffer: 1e8 });
  const pgbackrest = (...args: string[]) =>
    run(PGBACKREST, [`--config=${home}/pgbackrest.conf`, `--stanza=${STANZA}`, ...args]);
  const pgCtl = (...args: string[]) =>
    run(join(BIN, 'pg_ctl'), [`--pgdata=${home}/data`, `--log=${home}/postgres.log`, ...args]);
  await mkdir(join(home, 'repo'));
  await writeFile(join(home, 'pgbackrest.conf'), pgbackrestConfig(home, port));
  if (account)
    for (const path of [home, join(home, 'repo'), join(home, 'pgbackrest.conf')])
      await chown(path, account.uid, account.gid);
  const settings = ['--auth=trust', '--encoding=UTF8', '--locale=C.UTF-8', '--username=postgres'];
  await run(join(BIN, 'initdb'), [`--pgdata=${home}/data`, ...settings]);
  const archive = `${PGBACKREST} --config=${home}/pgbackrest.conf --stanza=${STANZA} archive-push %p`;
  await writeFile(
    join(home, 'data/postgresql.auto.conf'),
    `port = ${port}
listen_addresses = '127.0.0.1'
unix_socket_directories = '${home}'
max_connections = 200
shared_buffers = '256MB'
max_wal_size = '2GB'
archive_mode = on
archive_command = '${archive}'
archive_timeout = ${archiveTimeoutS}
`,
  );
  const isPrimary = async (): Promise<boolean> => {
    const query = ['-c', 'select not pg_is_in_recovery()'];
    const psql = ['-Atqh', home, '-p', String(port), '-U', 'postgres', ...query];
    try {
      return (await run('/usr/bin/psql', psql)).stdout.trim() === 't';
    } catch {
      // It ended, as it does where the archive does not reach the time.
      throw new Error((await readFile(join(home, 'postgres.log'), 'utf8')).slice(-1500));
    }
  };
  const start = async () => {
    await pgCtl('--wait', '--timeout=3600', 'start');
    await until('the recovery has ended', isPrimary, 3_600_000);
  };
  await start();
  await pgbackrest('stanza-create');
  return {
    ownerUrl: `postgres://postgres@127.0.0.1:${port}/postgres`,
    backUp: async () => void (await pgbackrest('--type=full', 'backup')),
    async lose() {
      await pgCtl('--mode=immediate', 'stop');
      await rm(join(home, 'lost'), { recursive: true, force: true });
      await rename(join(home, 'data'), join(home, 'lost'));
    },
    async restore(target) {
      await mkdir(join(home, 'data'), { mode: 0o700 });
      if (account) await chown(join(home, 'data'), account.uid, account.gid);
      await pgbackrest(
        ...(target === 'end of the archive'
          ? ['--archive-mode=off']
          : [
              '--type=time',
              `--target=${target.to.toISOString().replace('T', ' ').replace('Z', '+00')}`,
            ]),
        ...(target === 'end of the archive' ? [] : ['--target-action=promote']),
        'restore',
      );
    },
    start,
    async stop() {
      if (existsSync(join(home, 'data/postmaster.pid'))) await pgCtl('--mode=immediate', 'stop');
    },
  };
};

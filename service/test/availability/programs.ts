import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, chown, constants, open, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { postgresAccount } from '../../src/platform/embedded-postgres/postgres-programs.ts';

const DEPLOY = fileURLToPath(new URL('../../../deploy/patroni/', import.meta.url));

/** Debian's packages, each with a program of it that the trial runs. */
const PACKAGES = {
  'etcd-server': '/usr/bin/etcd',
  haproxy: '/usr/sbin/haproxy',
  patroni: '/usr/bin/patroni',
  pgbouncer: '/usr/sbin/pgbouncer',
  'postgresql-15': '/usr/lib/postgresql/15/bin/postgres',
};

/** Throws with the names of the packages that are not installed. */
export const requireDebianPrograms = async (): Promise<void> => {
  const missing: string[] = [];
  for (const [name, program] of Object.entries(PACKAGES))
    await access(program, constants.X_OK).catch(() => missing.push(name));
  if (missing.length === 0) return;
  throw new Error(`This check did not run: Debian's ${missing.join(', ')} must be installed`);
};

/** Runs the programs of a cluster in `folder`: their files, their logs, and as whom. */
export type Programs = {
  folder: string;
  /** Writes a file that these programs may read; answers its path. */
  file(name: string, text: string): Promise<string>;
  /** Writes a file of `deploy/patroni` with its `${…}` filled in; answers its path. */
  fill(template: string, values: Readonly<Record<string, string>>, name?: string): Promise<string>;
  start(name: string, program: string, args: readonly string[]): Promise<Program>;
};

export type Program = { pid: number; kill(signal?: NodeJS.Signals): Promise<void> };

const end = async (child: ChildProcess, signal: NodeJS.Signals): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill(signal);
  await ended;
};

/** Programs that run as PostgreSQL's user, since it refuses root. All end with the stack. */
export const openPrograms = async (
  folder: string,
  stack: AsyncDisposableStack,
): Promise<Programs> => {
  const account = await postgresAccount(join(folder, 'none'));
  if (account) await chown(folder, account.uid, account.gid);
  const file = async (name: string, text: string) => {
    const path = join(folder, name);
    await writeFile(path, text, { mode: 0o600 });
    if (account) await chown(path, account.uid, account.gid);
    return path;
  };
  return {
    folder,
    file,
    async fill(template, values, name = basename(template)) {
      const text = await readFile(join(DEPLOY, template), 'utf8');
      const filled = text.replace(/\$\{(\w+)\}/g, (_, key: string) => {
        const value = values[key];
        if (value === undefined) throw new Error(`${template}: nothing fills ${key}`);
        return value;
      });
      return file(name, filled);
    },
    async start(name, program, args) {
      const log = await open(join(folder, `${name}.log`), 'a');
      const child = spawn(program, args, {
        ...account,
        cwd: folder,
        env: { PATH: `${process.env.PATH}:/usr/sbin:/sbin`, HOME: folder, LC_ALL: 'C.UTF-8' },
        stdio: ['ignore', log.fd, log.fd],
      });
      await once(child, 'spawn');
      await log.close();
      const kill = (signal: NodeJS.Signals = 'SIGKILL') => end(child, signal);
      stack.defer(kill);
      return { pid: child.pid ?? 0, kill };
    },
  };
};

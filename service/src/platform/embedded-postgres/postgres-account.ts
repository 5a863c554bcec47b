import { spawn } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { StartError } from '../process/start-error.ts';

/** The operating-system user that PostgreSQL runs as; undefined: the one that we run as. */
export type Account = { uid: number; gid: number } | undefined;

/**
 * PostgreSQL refuses to run as root. So for root: the owner of the cluster if there is one already, else an
 * existing unprivileged user. For anyone else, a cluster that is not their own is refused here, with a reason.
 */
export async function postgresAccount(cluster: string): Promise<Account> {
  const self = process.getuid?.();
  const owner = await stat(cluster).catch(() => undefined);
  if (self === undefined) return undefined;
  if (self !== 0) {
    if (owner !== undefined && owner.uid !== self)
      throw new StartError('postgres-account', notYours(cluster));
    return undefined;
  }
  if (owner !== undefined && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  const account = (await lookUp('postgres')) ?? (await lookUp('nobody'));
  if (account !== undefined) return account;
  throw new StartError(
    'postgres-account',
    'PostgreSQL does not run as root, and this system has neither a user "postgres" nor "nobody" to run it as.\n' +
      'Start as an ordinary user, create a user "postgres", or set DATABASE_URL to use your own PostgreSQL.',
  );
}

function notYours(cluster: string): string {
  return (
    `The database in ${cluster} belongs to another user: it was first started by them, or by root.\n` +
    'Start as that user (or root) again, or choose another DATA_DIR.'
  );
}

async function lookUp(name: string): Promise<Account> {
  const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])]);
  if (uid.code !== 0 || gid.code !== 0) return undefined;
  return { uid: Number(uid.output), gid: Number(gid.output) };
}

/** Whether the account may enter and list the folder: asked of the system, which also knows of ACLs. */
export async function canEnter(account: Account, folder: string): Promise<boolean> {
  const answer = await run('/bin/sh', ['-c', 'test -r "$0" && test -x "$0"', folder], account);
  return answer.code === 0;
}

/**
 * Runs a command to its end, in a session of its own, so that Ctrl-C at our terminal does not interrupt it.
 * `code` is null when it could not be run at all; `output` is what it printed, or why it did not run.
 */
export function run(
  file: string,
  args: string[],
  account?: Account,
): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve) => {
    // cwd: ours may be closed to the account.
    const child = spawn(file, args, {
      ...account,
      cwd: '/',
      env: commandEnvironment(),
      detached: true,
      windowsHide: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    const collect = (chunk: string) => {
      output += chunk;
    };
    child.stdout.setEncoding('utf8').on('data', collect);
    child.stderr.setEncoding('utf8').on('data', collect);
    child.on('error', (error) => resolve({ code: null, output: error.message }));
    // On Windows the postmaster inherits the pipes of pg_ctl, which then never close.
    child.on(process.platform === 'win32' ? 'exit' : 'close', (code) =>
      resolve({ code, output: output.trim() }),
    );
  });
}

/** Ours without PGPORT, PGDATA and their kin, which would redirect PostgreSQL's programs; messages in English. */
function commandEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith('PG'));
  return { ...Object.fromEntries(kept), LC_ALL: 'C' };
}

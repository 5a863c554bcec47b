import { createHash } from 'node:crypto';
import { access, chmod, mkdir, readFile, realpath, rename, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StartError, systemErrorCode } from '../process/start-error.ts';
import { type Account, canEnter, postgresAccount } from './postgres-account.ts';
import { runningPostmaster } from './postmaster.ts';

/** Folder of one embedded database (`cluster`, `password`, `postgres.log`) and the user that it runs as. */
export type PostgresHome = { home: string; account: Account };

export const clusterOf = (home: string) => join(home, 'cluster');

/**
 * Finds, or makes, the home of a DATA_DIR's database: `<dataDir>/postgres`. Where we are root and PostgreSQL's
 * user cannot get there (a clone below /root, mode 700), it is `<stateDir>/<hash of the path>`, and
 * `<dataDir>/postgres-is-elsewhere` holds that path. That file is obeyed for ever after: opening up /root
 * must not make the database disappear.
 */
export async function postgresHome(
  dataDir: string,
  stateDir: string,
  say: (line: string) => void,
): Promise<PostgresHome> {
  const elsewhere = await readFirstLine(pointerOf(dataDir));
  if (elsewhere !== undefined) return followPointer(dataDir, elsewhere);

  const home = join(dataDir, 'postgres');
  const account = await postgresAccount(clusterOf(home));
  await makeHome(home);
  if (account === undefined || (await canEnter(account, home))) return { home, account };
  if (await exists(clusterOf(home))) throw new StartError('postgres-location', outOfReach(home));
  // Only tidiness: what is in it, if anything, is not ours to delete.
  await rmdir(home).catch(() => {});
  return { home: await makeElsewhere(dataDir, stateDir, say), account };
}

const pointerOf = (dataDir: string) => join(dataDir, 'postgres-is-elsewhere');
const backPointerOf = (home: string) => join(home, 'data-dir');

async function followPointer(dataDir: string, home: string): Promise<PostgresHome> {
  if (!(await exists(home))) {
    throw new StartError(
      'postgres-location',
      `The database of ${dataDir} was in ${home}, which is gone.\n` +
        `Put it back, or delete ${pointerOf(dataDir)} to begin with an empty database.`,
    );
  }
  const account = await postgresAccount(clusterOf(home));
  const owner = await readFirstLine(backPointerOf(home));
  if (owner !== dataDir) {
    // A copied DATA_DIR would share the original's database; a moved one takes its database along.
    if (owner !== undefined && (await readFirstLine(pointerOf(owner))) === home) {
      throw new StartError(
        'postgres-location',
        `${dataDir} is a copy of ${owner}, and its database in ${home} still belongs to that one.\n` +
          'Delete the copy and start on the original, or choose another DATA_DIR.',
      );
    }
    await writeFile(backPointerOf(home), `${dataDir}\n`);
  }
  return { home, account };
}

async function makeElsewhere(
  dataDir: string,
  stateDir: string,
  say: (line: string) => void,
): Promise<string> {
  const home = join(stateDir, createHash('sha256').update(dataDir).digest('hex').slice(0, 16));
  if (await exists(clusterOf(home))) await setAside(home, say);
  await makeHome(stateDir);
  await makeHome(home);
  await writeFile(backPointerOf(home), `${dataDir}\n`);
  const note =
    `${home}\nThe database of this folder is in the one above: PostgreSQL does not run as root,\n` +
    'and the user that it runs as cannot enter this folder. Keep this file.\n';
  await writeFile(`${pointerOf(dataDir)}.new`, note);
  await rename(`${pointerOf(dataDir)}.new`, pointerOf(dataDir));
  say(`PostgreSQL's user cannot enter ${dataDir}: the database is kept in ${home}`);
  return home;
}

/** The DATA_DIR at this path was deleted and made anew; its old database is not deleted on a guess. */
async function setAside(home: string, say: (line: string) => void): Promise<void> {
  const running = await runningPostmaster(clusterOf(home));
  if (running !== undefined) process.kill(running.pid, 'SIGINT');
  const aside = `${home}.orphan-${new Date().toISOString().replaceAll(':', '')}`;
  await rename(home, aside);
  say(`The database of a deleted folder at the same path was set aside: ${aside}`);
}

/** Open for others to pass through, whatever the umask; what is inside is closed by itself. */
async function makeHome(folder: string): Promise<void> {
  if ((await mkdir(folder, { recursive: true })) !== undefined) await chmod(folder, 0o755);
}

function outOfReach(home: string): string {
  return (
    `The database in ${home} is out of reach for the user that PostgreSQL runs as: a folder above it was closed.\n` +
    'Open the folders above it again (chmod o+rx), or move the DATA_DIR to where it was.'
  );
}

/** DATA_DIR as one absolute path, whichever way it was written; made if need be. */
export async function canonicalDataDir(dataDir: string): Promise<string> {
  await mkdir(dataDir, { recursive: true });
  return realpath(dataDir);
}

async function readFirstLine(file: string): Promise<string | undefined> {
  try {
    return (await readFile(file, 'utf8')).split('\n')[0];
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );

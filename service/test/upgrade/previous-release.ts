import { execFile } from 'node:child_process';
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const CACHE = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'cpe-desk', 'releases');
/** Marks the folder of a completely installed release. */
const COMPLETE = '.installed';

const git = (...args: string[]) => run('git', ['-C', ROOT, ...args]);

const succeeds = (work: Promise<unknown>): Promise<boolean> =>
  work.then(
    () => true,
    () => false,
  );

/** The commit that the file PREVIOUS_RELEASE names. It must be in the history of this clone. */
const previousCommit = async (): Promise<string> => {
  const commit = (await readFile(join(ROOT, 'PREVIOUS_RELEASE'), 'utf8')).trim();
  if (!/^[0-9a-f]{40}$/.test(commit))
    throw new Error(`PREVIOUS_RELEASE must hold the full hash of a commit; it holds "${commit}"`);
  if (!(await succeeds(git('cat-file', '-e', `${commit}^{commit}`))))
    throw new Error(
      `The history of this clone does not have ${commit}, which PREVIOUS_RELEASE names. ` +
        'Fetch it: git fetch --unshallow',
    );
  return commit;
};

/** An unused portal that is newer than its sources, so that the start does not build one. */
const placePortal = async (folder: string): Promise<void> => {
  const file = join(folder, 'portal/dist/browser/index.html');
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, '<!doctype html><title>CPE Desk</title>');
};

/** The folder of the previous release, installed as in production, and cached by commit. */
export const installPreviousRelease = async (print: (line: string) => void): Promise<string> => {
  const commit = await previousCommit();
  const folder = join(CACHE, commit);
  if (await succeeds(stat(join(folder, COMPLETE)))) return folder;
  print(`Installing the previous release ${commit.slice(0, 7)} into ${folder}`);
  await rm(folder, { recursive: true, force: true });
  await mkdir(CACHE, { recursive: true });
  await git('worktree', 'prune');
  await git('worktree', 'add', '--detach', '--force', folder, commit);
  await run('npm', ['ci', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: folder,
  });
  await placePortal(folder);
  await writeFile(join(folder, COMPLETE), '');
  return folder;
};

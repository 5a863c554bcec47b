import { lstat, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';

const UNPACKING = 'unpacking-';
const ABANDONED_AFTER_MS = 3_600_000;

/** Programs are run from this folder, so nobody else may be able to put any there. */
const ownFolder = async (path: string): Promise<string> => {
  await mkdir(path, { recursive: true, mode: 0o700 });
  const folder = await lstat(path);
  const owned = folder.isDirectory() && folder.uid === process.getuid?.() && (folder.mode & 0o022) === 0;
  if (!owned) throw new Error(`${path} belongs to, or can be written by, somebody else`);
  // Only writing tells: root passes every access check, even on a read-only file system.
  await rm(await mkdtemp(join(path, 'probe-')), { recursive: true });
  return path;
};

/** The user's cache folder (XDG Base Directory Specification), else one in the temporary folder. */
export const privateCache = async (environment: NodeJS.ProcessEnv): Promise<string> => {
  const { XDG_CACHE_HOME } = environment;
  // The specification has a relative path ignored.
  const home = XDG_CACHE_HOME && isAbsolute(XDG_CACHE_HOME) ? XDG_CACHE_HOME : join(homedir(), '.cache');
  const failures: string[] = [];
  for (const path of [join(home, 'cpe-desk'), join(tmpdir(), `cpe-desk-${process.getuid?.()}`)]) {
    try {
      return await ownFolder(path);
    } catch (error) {
      // Read-only, missing (`nobody` has no home) or not ours.
      failures.push(String(error));
    }
  }
  throw new Error(`no private cache folder: ${failures.join('; ')}`);
};

const removeAbandoned = async (cache: string): Promise<void> => {
  for (const name of (await readdir(cache)).filter((entry) => entry.startsWith(UNPACKING))) {
    const path = join(cache, name);
    const folder = await lstat(path).catch(() => undefined); // its process may just have renamed it
    if (folder && Date.now() - folder.mtimeMs > ABANDONED_AFTER_MS) {
      await rm(path, { recursive: true, force: true });
    }
  }
};

/**
 * The cache's folder `name`, filled by `unpack` when it is missing. It appears whole or not at all:
 * of several processes the first to rename wins and the others use its folder.
 */
export const unpackOnce = async (
  cache: string,
  name: string,
  unpack: (folder: string) => Promise<void>,
): Promise<string> => {
  const folder = join(cache, name);
  if ((await readdir(cache)).includes(name)) return folder;
  await removeAbandoned(cache);
  const unpacking = await mkdtemp(join(cache, UNPACKING));
  try {
    await unpack(unpacking);
    await rename(unpacking, folder);
  } catch (error) {
    await rm(unpacking, { recursive: true, force: true });
    if (!(await readdir(cache)).includes(name)) throw error;
  }
  return folder;
};

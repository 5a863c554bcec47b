import { createReadStream, createWriteStream } from 'node:fs';
import { lstat, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { brotliDecompress, createBrotliDecompress } from 'node:zlib';
import { unpackTar } from './tar.ts';

export type BundledChromium = { executablePath: string; env: NodeJS.ProcessEnv };

/** Raise when `unpack` changes what it writes: folders of the old layout are then no longer used. */
const LAYOUT = 1;
const ABANDONED_AFTER_MS = 3_600_000;

/** The bundled Open Sans first, so that pages look alike everywhere; the system's fonts for glyphs it lacks. */
const FONTS_CONF = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir prefix="relative">fonts</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
  <match target="pattern">
    <edit name="family" mode="append_last"><string>Open Sans</string></edit>
  </match>
  <alias binding="strong"><family>sans-serif</family><prefer><family>Open Sans</family></prefer></alias>
  <alias binding="strong"><family>system-ui</family><prefer><family>Open Sans</family></prefer></alias>
</fontconfig>
`;

/** Programs are run from this folder, so nobody else may be able to put any there. */
const ownFolder = async (path: string): Promise<string> => {
  await mkdir(path, { recursive: true, mode: 0o700 });
  const folder = await lstat(path);
  const owned = folder.isDirectory() && folder.uid === process.getuid?.() && (folder.mode & 0o022) === 0;
  if (!owned) throw new Error(`${path} belongs to, or can be written by, somebody else`);
  await rm(await mkdtemp(join(path, 'probe-')), { recursive: true });
  return path;
};

const cacheFolder = async (environment: NodeJS.ProcessEnv): Promise<string> => {
  const { XDG_CACHE_HOME } = environment;
  // A relative XDG_CACHE_HOME is to be ignored (XDG Base Directory Specification).
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
  for (const name of (await readdir(cache)).filter((entry) => entry.startsWith('unpacking-'))) {
    const path = join(cache, name);
    const { mtimeMs } = await lstat(path).catch(() => ({ mtimeMs: Date.now() })); // another process may have moved it
    if (Date.now() - mtimeMs > ABANDONED_AFTER_MS) await rm(path, { recursive: true, force: true });
  }
};

const unpackArchive = async (archive: URL, folder: string): Promise<void> =>
  unpackTar(await promisify(brotliDecompress)(await readFile(archive)), folder);

const unpack = async (bin: URL, folder: string): Promise<void> => {
  await Promise.all([
    pipeline(
      createReadStream(new URL('chromium.br', bin)),
      createBrotliDecompress({ chunkSize: 1 << 20 }),
      createWriteStream(join(folder, 'chromium'), { mode: 0o700 }),
    ),
    unpackArchive(new URL('al2023.tar.br', bin), folder),
    unpackArchive(new URL('fonts.tar.br', bin), folder),
    unpackArchive(new URL('swiftshader.tar.br', bin), folder),
  ]);
  // The archive's own fonts.conf names folders of AWS Lambda.
  await writeFile(join(folder, 'fonts.conf'), FONTS_CONF);
};

/** The folder appears whole or not at all: whoever renames first wins, the others use the winner's. */
const unpackOnce = async (bin: URL, cache: string, name: string): Promise<string> => {
  const folder = join(cache, name);
  if ((await readdir(cache)).includes(name)) return folder;
  await removeAbandoned(cache);
  const unpacking = await mkdtemp(join(cache, 'unpacking-'));
  try {
    await unpack(bin, unpacking);
    await rename(unpacking, folder);
  } catch (error) {
    await rm(unpacking, { recursive: true, force: true });
    if (!(await readdir(cache)).includes(name)) throw error;
  }
  return folder;
};

/**
 * The Chromium inside the npm package `@sparticuz/chromium`, unpacked into a private cache on first use, with the
 * libraries and fonts it needs. The package's own code is not run: it unpacks into a shared /tmp, and its libraries
 * only when it finds itself on AWS.
 */
export const bundledChromium = async (environment: NodeJS.ProcessEnv): Promise<BundledChromium> => {
  if (process.platform !== 'linux' || process.arch !== 'x64') throw new Error('is for Linux on x64 only');
  const packageRoot = new URL('../', import.meta.resolve('@sparticuz/chromium'));
  const { version }: { version: string } = JSON.parse(await readFile(new URL('package.json', packageRoot), 'utf8'));
  const cache = await cacheFolder(environment);
  const folder = await unpackOnce(new URL('bin/', packageRoot), cache, `chromium-${version}-${LAYOUT}`);
  const libraries = [join(folder, 'lib'), environment.LD_LIBRARY_PATH].filter(Boolean).join(':');
  return {
    executablePath: join(folder, 'chromium'),
    env: { ...environment, LD_LIBRARY_PATH: libraries, FONTCONFIG_FILE: join(folder, 'fonts.conf') },
  };
};

import { createReadStream, createWriteStream } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { brotliDecompress, createBrotliDecompress } from 'node:zlib';
import { privateCache, unpackOnce } from './private-cache.ts';
import { unpackTar } from './tar.ts';

export type BundledChromium = { executablePath: string; env: NodeJS.ProcessEnv };

/**
 * Raise when `unpack` changes what it writes: folders of the old layout are then no longer used.
 */
const LAYOUT = 1;

/** The bundled Open Sans first, so that pages look alike everywhere; else the system's fonts. */
const FONTS_CONF = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir prefix="relative">fonts</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
  <alias binding="strong"><family>sans-serif</family><prefer><family>Open Sans</family></prefer></alias>
  <alias binding="strong"><family>system-ui</family><prefer><family>Open Sans</family></prefer></alias>
</fontconfig>
`;

const unpackArchive = async (archive: URL, folder: string): Promise<void> =>
  unpackTar(await promisify(brotliDecompress)(await readFile(archive)), folder);

const unpack = async (bin: URL, folder: string): Promise<void> => {
  await Promise.all([
    pipeline(
      createReadStream(new URL('chromium.br', bin)),
      createBrotliDecompress({ chunkSize: 1 << 20 }),
      createWriteStream(join(folder, 'chromium'), { mode: 0o700 }),
    ),
    ...['al2023.tar.br', 'fonts.tar.br', 'swiftshader.tar.br'].map((name) =>
      unpackArchive(new URL(name, bin), folder),
    ),
  ]);
  // The archive's own fonts.conf names folders of AWS Lambda.
  await writeFile(join(folder, 'fonts.conf'), FONTS_CONF);
};

/**
 * The Chromium inside the npm package `@sparticuz/chromium`, unpacked into a private cache on first
 * use, with the libraries and fonts it needs. The package's own code is not run: it unpacks into a
 * shared /tmp, and its libraries only when it finds itself on AWS.
 */
export const bundledChromium = async (environment: NodeJS.ProcessEnv): Promise<BundledChromium> => {
  if (process.platform !== 'linux' || process.arch !== 'x64') throw new Error('is for Linux on x64 only');
  const packageRoot = new URL('../', import.meta.resolve('@sparticuz/chromium'));
  const { version }: { version: string } = JSON.parse(
    await readFile(new URL('package.json', packageRoot), 'utf8'),
  );
  const cache = await privateCache(environment);
  const folder = await unpackOnce(cache, `chromium-${version}-${LAYOUT}`, (empty) =>
    unpack(new URL('bin/', packageRoot), empty),
  );
  const libraries = [join(folder, 'lib'), environment.LD_LIBRARY_PATH].filter(Boolean).join(':');
  return {
    executablePath: join(folder, 'chromium'),
    env: { ...environment, LD_LIBRARY_PATH: libraries, FONTCONFIG_FILE: join(folder, 'fonts.conf') },
  };
};

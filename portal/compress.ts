import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, gzip } from 'node:zlib';

/*
 * Writes a Brotli and a gzip form beside each file of the build that gets smaller. The service
 * serves the one that a browser takes: it is compressed once, as well as possible.
 */

const FOLDER = join(import.meta.dirname, 'dist/browser');
const SHRINKS = /\.(?:js|css|html|svg|wasm)$/;

const names = (await readdir(FOLDER, { recursive: true })).filter((name) => SHRINKS.test(name));
await Promise.all(
  names.map(async (name) => {
    const text = await readFile(join(FOLDER, name));
    await writeFile(join(FOLDER, `${name}.br`), await promisify(brotliCompress)(text));
    await writeFile(join(FOLDER, `${name}.gz`), await promisify(gzip)(text, { level: 9 }));
  }),
);

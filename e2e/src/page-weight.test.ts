import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { brotliCompressSync } from 'node:zlib';

const FOLDER = join(import.meta.dirname, '../../portal/dist/browser');

/** What the first page may load, compressed as every browser takes it. */
const MOST_BYTES = 180_000;
const MOST_SCRIPT_BYTES = 135_000;

test('what the first page loads, its fonts included, stays within its budget', async () => {
  const page = await readFile(join(FOLDER, 'index.html'), 'utf8');
  const names = [...page.matchAll(/(?:src|href)="([^"]+\.(?:js|css))"/g)].map(
    ([, name]) => name ?? '',
  );
  const scripts = names.filter((name) => name.endsWith('.js'));
  assert.equal(scripts.length, 1, 'the page names its one script');
  const media = await readdir(join(FOLDER, 'media'));
  // The others come with the first character that needs them.
  const fonts = media.filter((name) => /-latin-(?!ext)[^.]*\.woff2$/.test(name));
  assert.equal(fonts.length, 2, media.join());
  const bytesOf = async (name: string) =>
    brotliCompressSync(await readFile(join(FOLDER, name))).byteLength;
  const bytes = async (files: readonly string[]) =>
    (await Promise.all(files.map(bytesOf))).reduce((sum, each) => sum + each, 0);
  const ofScripts = await bytes(scripts);
  assert.ok(ofScripts <= MOST_SCRIPT_BYTES, `${ofScripts} bytes of scripts`);
  const all = await bytes(['index.html', ...names, ...fonts.map((name) => join('media', name))]);
  assert.ok(all <= MOST_BYTES, `${all} bytes`);
});

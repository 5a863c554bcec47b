import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { brotliCompressSync } from 'node:zlib';

const FOLDER = join(import.meta.dirname, '../../portal/dist/browser');

/** What the first page may load of scripts, compressed as every browser takes it: 130 kB. */
const MOST_BYTES = 130_000;

test('the scripts that the first page loads stay within their budget', async () => {
  const page = await readFile(join(FOLDER, 'index.html'), 'utf8');
  const names = [...page.matchAll(/(?:src|href)="([^"]+\.js)"/g)].map(([, name]) => name ?? '');
  assert.ok(names.length > 1, 'the page names its scripts');
  const files = await Promise.all([...new Set(names)].map((name) => readFile(join(FOLDER, name))));
  const bytes = files.reduce((sum, file) => sum + brotliCompressSync(file).byteLength, 0);
  assert.ok(bytes <= MOST_BYTES, `${bytes} bytes of scripts`);
});

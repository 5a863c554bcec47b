import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { privateCache, unpackOnce } from './private-cache.ts';

let cache: string;
beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), 'private-cache-test-'));
});
afterEach(async () => rm(cache, { recursive: true }));

const write = (text: string) => (folder: string) => writeFile(join(folder, 'file'), text);

test('of two that unpack at once both get one whole folder, and nothing else is left', async () => {
  const [one, two] = await Promise.all([
    unpackOnce(cache, 'it', write('whole')),
    unpackOnce(cache, 'it', write('whole')),
  ]);
  assert.equal(one, two);
  assert.equal(await readFile(join(one, 'file'), 'utf8'), 'whole');
  assert.deepEqual(await readdir(cache), ['it']);
});

test('what is unpacked already is not unpacked again', async () => {
  await unpackOnce(cache, 'it', write('first'));
  const folder = await unpackOnce(cache, 'it', write('second'));
  assert.equal(await readFile(join(folder, 'file'), 'utf8'), 'first');
});

test('an unpacking that fails leaves nothing behind', async () => {
  const failing = async (folder: string): Promise<void> => {
    await write('half')(folder);
    throw new Error('no space left');
  };
  await assert.rejects(unpackOnce(cache, 'it', failing), /no space left/);
  assert.deepEqual(await readdir(cache), []);
});

test('what a killed process left long ago is removed, what is being unpacked now is kept', async () => {
  await mkdir(join(cache, 'unpacking-old'));
  await utimes(join(cache, 'unpacking-old'), new Date(0), new Date(0));
  await mkdir(join(cache, 'unpacking-now'));
  const minuteAgo = new Date(Date.now() - 60_000);
  await utimes(join(cache, 'unpacking-now'), minuteAgo, minuteAgo);
  await unpackOnce(cache, 'it', write('whole'));
  assert.deepEqual((await readdir(cache)).sort(), ['it', 'unpacking-now']);
});

test('the cache is a folder in XDG_CACHE_HOME that only its owner can write', async () => {
  assert.equal(await privateCache({ XDG_CACHE_HOME: cache }), join(cache, 'cpe-desk'));
});

test('instead of a cache folder that others can write, one in the temporary folder is used', async (t) => {
  const { TMPDIR } = process.env;
  t.after(() => {
    if (TMPDIR === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = TMPDIR;
  });
  process.env.TMPDIR = cache;
  await mkdir(join(cache, 'cpe-desk'));
  await chmod(join(cache, 'cpe-desk'), 0o777);
  assert.equal(await privateCache({ XDG_CACHE_HOME: cache }), join(cache, `cpe-desk-${process.getuid?.()}`));
});

import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { unpackTar } from './tar.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tar-test-'));
});
afterEach(async () => rm(folder, { recursive: true }));

const entry = (name: string, type: string, mode: number, content: string): Buffer => {
  const blocks = Buffer.alloc(512 + Math.ceil(content.length / 512) * 512);
  blocks.write(name, 0);
  blocks.write(mode.toString(8).padStart(7, '0'), 100);
  blocks.write(content.length.toString(8).padStart(11, '0'), 124);
  blocks.write(type, 156);
  blocks.write(content, 512);
  return blocks;
};
const END = Buffer.alloc(1024);

test('files are unpacked with their folders, contents and modes', async () => {
  const long = 'x'.repeat(513);
  await unpackTar(
    Buffer.concat([
      entry('lib/', '5', 0o755, ''),
      entry('lib/long.so', '0', 0o755, long),
      entry('short.conf', '0', 0o644, 'conf'),
      END,
    ]),
    folder,
  );
  assert.deepEqual((await readdir(folder)).sort(), ['lib', 'short.conf']);
  assert.equal(await readFile(join(folder, 'lib/long.so'), 'utf8'), long);
  assert.equal(await readFile(join(folder, 'short.conf'), 'utf8'), 'conf');
  assert.equal((await stat(join(folder, 'lib/long.so'))).mode & 0o777, 0o755);
});

test('an entry that is neither file nor folder is refused', async () => {
  const link = Buffer.concat([entry('link', '2', 0o777, ''), END]);
  await assert.rejects(unpackTar(link, folder), /unexpected tar entry of type "2"/);
});

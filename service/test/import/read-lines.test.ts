import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readLines } from '../../src/import/read-lines.ts';

const all = async (lines: AsyncIterable<string>): Promise<string[]> => {
  const read = [];
  for await (const line of lines) read.push(line);
  return read;
};

async function* pieces(...chunks: string[]) {
  yield* chunks;
}

test('lines are joined from chunks, the last one with or without a line end', async () => {
  assert.deepEqual(await all(readLines(pieces('a', 'b\nc', '\n\n', 'd'))), ['ab', 'c', '', 'd']);
  assert.deepEqual(await all(readLines(pieces('a\n'))), ['a']);
  assert.deepEqual(await all(readLines(pieces())), []);
});

test('a byte order mark is not part of the first line', async () => {
  assert.deepEqual(await all(readLines(pieces('\uFEFFa\n', '\uFEFFb'))), ['a', '\uFEFFb']);
});

test('a line that is too long is refused before it fills the memory', async () => {
  async function* endless() {
    for (;;) yield 'x'.repeat(65_536);
  }
  await assert.rejects(all(readLines(endless())), /more than 1048576 characters/);
});

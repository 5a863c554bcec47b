import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { withWrittenParts } from './readme-parts.ts';

test('the demo tickets and the settings in README.md are those of the code (npm run readme)', async () => {
  const readme = await readFile(new URL('../../../README.md', import.meta.url), 'utf8');
  assert.equal(readme, withWrittenParts(readme));
});

test('a part without its place in the text is an error, not lost', () => {
  assert.throws(() => withWrittenParts('# CPE Desk'), /no place for "demo tickets"/);
});

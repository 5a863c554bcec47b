import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { generatedParts, withGeneratedParts } from './readme-parts.ts';

for (const document of Object.keys(generatedParts))
  test(`what ${document} takes from the code is that of the code (npm run readme)`, async () => {
    const text = await readFile(new URL(`../${document}`, import.meta.url), 'utf8');
    // Not compared whole: a difference would print the whole document.
    assert.ok(
      text === withGeneratedParts(document, text),
      `${document} is out of date: npm run readme`,
    );
  });

test('a part without its place in the text is an error, not lost', () => {
  assert.throws(
    () => withGeneratedParts('docs/use/demo.md', '# Demo tickets'),
    /no place for "demo tickets"/,
  );
});

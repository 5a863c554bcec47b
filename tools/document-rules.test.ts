import assert from 'node:assert/strict';
import { test } from 'node:test';
import { documentFaults } from './document-rules.ts';

const long = 'word '.repeat(21).trim();

test('refuses a long line of prose, not a table row, a link or code', () => {
  assert.deepEqual(documentFaults('a.md', `# A\n\n${long}\n`), [
    'a.md:3: 104 columns, at most 100',
  ]);
  for (const fine of [
    `| ${long} |`,
    `[${long}](b.md)`,
    `\`\`\`sh\n${long}\n\`\`\``,
    long.slice(0, 100),
  ])
    assert.deepEqual(documentFaults('a.md', `${fine}\n`), [], fine);
});

test('counts characters, not UTF-16 units', () => {
  assert.deepEqual(documentFaults('a.md', `${'é'.repeat(98)} 😀\n`), []);
});

test('names a banned phrase with its line, over a line break too', () => {
  const phrases = documentFaults('a.md', 'It does\nthat by\nitself.\n');
  assert.match(phrases.join(), /^a\.md:2: "by itself"/);
});

test('reads no phrase out of code', () => {
  assert.deepEqual(
    documentFaults('a.md', 'Run `can not`.\n\n- so:\n\n  ```sh\n  anew\n  ```\n'),
    [],
  );
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { languageFaults } from './language-rules.ts';

const linesOf = (text: string): string[] =>
  languageFaults('a.ts', text).map(
    (fault) => /^a\.ts:(\d+): "?([^":]*)/.exec(fault)?.slice(1).join(' ') ?? fault,
  );

test('finds a banned phrase in a comment, a string and SQL', () => {
  assert.deepEqual(linesOf("\n// It can not be sent.\nthrow new Error('It is told of');"), [
    '2 can not',
    '3 told of',
  ]);
  assert.deepEqual(linesOf('-- Written anew.'), ['1 anew']);
});

test('finds a phrase that a line break of a comment splits', () => {
  assert.deepEqual(linesOf('/**\n * The desk can\n * not send.\n */'), ['2 can not']);
  assert.deepEqual(linesOf('// The desk starts by\n// itself.'), ['1 by itself']);
});

test('accepts words that only contain a phrase', () => {
  assert.deepEqual(linesOf('// It cannot. Renewal goes on; the renewed one, too.'), []);
});

test('finds a comment line above 100 columns, but not one with a link', () => {
  const words = 'word '.repeat(20);
  assert.deepEqual(linesOf(`// ${words}`), ['1 a comment of 103 columns, at most 100']);
  assert.deepEqual(linesOf(`// https://example.org/${'x'.repeat(90)}`), []);
  assert.deepEqual(linesOf(`const text = '${words}';`), []);
});

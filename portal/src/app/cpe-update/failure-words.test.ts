import assert from 'node:assert/strict';
import { test } from 'node:test';
import { problemCodes } from '@cpe-desk/contract';
import { failureWords, wordsOfFailure } from './failure-words.ts';

test('every code that the service can answer says what happened, what did not change and what to do next', () => {
  for (const code of [...problemCodes, 'no-connection', 'unexpected-answer', 'never-got-it'] as const)
    for (const words of Object.values(failureWords[code])) assert.match(words, /^[A-Z].{15,}\.$/s, code);
});

test('a code that this page is too old to know still gets words', () => {
  assert.equal(wordsOfFailure('toString'), failureWords['unexpected-answer']);
  assert.equal(wordsOfFailure('brand-new'), failureWords['unexpected-answer']);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { problemCodes } from '@cpe-desk/contract';
import { english } from '../../words/english/english.ts';
import { malay } from '../../words/malay/malay.ts';
import { mayArrive } from './failure-rules.ts';
import { wordsOfFailure } from './failure-words.ts';

test('every code that the service can answer says what happened, what did not change and what to do next', () => {
  for (const code of [
    ...problemCodes,
    'no-connection',
    'no-answer',
    'unexpected-answer',
    'never-got-it',
  ] as const) {
    for (const { failures } of [english, malay])
      for (const words of Object.values(failures.byCode[code]))
        assert.match(words, /^[A-Z].{15,}\.$/s, code);
  }
});

test('a code that this page is too old to know still gets words', () => {
  for (const code of ['toString', 'brand-new'])
    assert.equal(wordsOfFailure({ code }, true), english.failures.byCode['unexpected-answer']);
});

test('what may have arrived is never said to have changed nothing', () => {
  for (const code of [
    'no-connection',
    'no-answer',
    'unexpected-answer',
    'unauthenticated',
    'too-many-requests',
    'brand-new',
  ])
    assert.match(wordsOfFailure({ code }, true).unchanged, /not known|unknown/, code);
  assert.equal(mayArrive('brand-new'), true);
});

test('a check that failed sent nothing, and says so', () => {
  for (const code of [
    'no-connection',
    'no-answer',
    'unexpected-answer',
    'internal-error',
    'brand-new',
    'unauthenticated',
  ])
    assert.match(wordsOfFailure({ code }, false).unchanged, /^Nothing was sent to NIG/, code);
});

test('a hold has words of its own', () => {
  const problem = { code: 'unavailable', cause: 'held' };
  assert.match(wordsOfFailure(problem, false).happened, /Updates are held/);
});

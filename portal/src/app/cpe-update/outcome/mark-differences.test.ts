import assert from 'node:assert/strict';
import { test } from 'node:test';
import { markDifferences } from './mark-differences.ts';

const marked = (before: string, after: string): string[] => {
  const { before: a, after: b } = markDifferences(before, after);
  return [a, b].map((parts) => parts.map((p) => (p.differs ? `[${p.text}]` : p.text)).join(''));
};

test('marks each place in which two equally long values differ', () => {
  assert.deepEqual(marked('00:e0:fc:11', '00:e1:fc:12'), ['00:e[0]:fc:1[1]', '00:e[1]:fc:1[2]']);
});

test('marks what is between the equal beginning and the equal end', () => {
  assert.deepEqual(marked('0/1/3:7', '0/1/13:7'), ['0/1/3:7', '0/1/[1]3:7']);
  assert.deepEqual(marked('10.20.0.1', '10.99.10.1'), ['10.[20.]0.1', '10.[99.1]0.1']);
  assert.deepEqual(marked('aa', 'aaa'), ['aa', 'aa[a]']);
});

test('marks all of values that share nothing, and nothing of equal ones', () => {
  assert.deepEqual(marked('Not known', 'HWTC'), ['[Not known]', '[HWTC]']);
  assert.deepEqual(marked('same', 'same'), ['same', 'same']);
});

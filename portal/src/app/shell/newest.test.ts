import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Newest } from './newest.ts';

test('a new request aborts the one before it and not itself', () => {
  const newest = new Newest();
  const [first, second] = [newest.next(), newest.next()];
  assert.deepEqual([first.aborted, second.aborted], [true, false]);
  newest.stop();
  assert.equal(second.aborted, true);
});

import assert from 'node:assert/strict';
import { setTimeout } from 'node:timers/promises';

const EVERY_MS = 100;
const TRIES = 100;

/** What the page says comes to be this; else it fails with what it said last. */
export const eventually = async <Value>(say: () => Promise<Value>, expected: Value): Promise<void> => {
  for (let tries = 1; tries < TRIES; tries += 1) {
    try {
      assert.deepEqual(await say(), expected);
      return;
    } catch (error) {
      if (!(error instanceof assert.AssertionError)) throw error;
      await setTimeout(EVERY_MS);
    }
  }
  assert.deepEqual(await say(), expected);
};

import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import { until } from '../../service/test/support/until.ts';

const LIMIT_MS = 10_000;

/** What the page says comes to be this; else it fails with what it said last. */
export const eventually = async <Value>(
  say: () => Promise<Value>,
  expected: Value,
): Promise<void> => {
  // In vain: the assertion tells what it says instead.
  await until('it says so', async () => isDeepStrictEqual(await say(), expected), LIMIT_MS).catch(
    () => {},
  );
  assert.deepEqual(await say(), expected);
};

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { repeat } from '../../src/platform/repeat.ts';
import { until } from '../support/until.ts';

const NEVER_MS = 3_600_000;

/** A round that ends when the test says so. */
const gated = () => {
  const ends: (() => void)[] = [];
  const round = () => new Promise<number>((resolve) => ends.push(() => resolve(NEVER_MS)));
  return { round, begun: () => ends.length, end: () => ends.at(-1)?.() };
};

const failed = (error: unknown) => {
  throw error;
};

test('a round follows the other; after a failure the next waits as long as the failure says', async () => {
  let rounds = 0;
  const failures: unknown[] = [];
  const repeated = repeat({
    round: async () => {
      if (++rounds === 2) throw new Error('the second');
      return rounds > 3 ? NEVER_MS : 1;
    },
    failed: (error) => failures.push(error),
    retryMs: 1,
  });
  await until('the fourth round', async () => rounds === 4);
  await repeated.stop();
  assert.deepEqual(failures.map(String), ['Error: the second']);
});

test('any number of hurries during a round cause one more round at once', async () => {
  const { round, begun, end } = gated();
  const repeated = repeat({ round, failed, retryMs: NEVER_MS });
  repeated.runNow();
  repeated.runNow();
  assert.equal(begun(), 1);
  end();
  await until('the next round', async () => begun() === 2);
  end();
  // The next round is in an hour, unless it is hurried.
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(begun(), 2);
  repeated.runNow();
  assert.equal(begun(), 3);
  end();
  await repeated.stop();
});

test('a stop waits for the running round, and no round follows', async () => {
  const { round, begun, end } = gated();
  const repeated = repeat({ round, failed, retryMs: NEVER_MS });
  let hasStopped = false;
  const stopped = repeated.stop().then(() => {
    hasStopped = true;
  });
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(hasStopped, false);
  end();
  await stopped;
  repeated.runNow();
  assert.equal(begun(), 1);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { repeat } from '../../src/platform/repeat.ts';
import { until } from '../support/until.ts';

const NEVER_MS = 3_600_000;

/** A round that ends when it is told to. */
const gated = () => {
  const ends: (() => void)[] = [];
  const round = () => new Promise<number>((resolve) => ends.push(() => resolve(NEVER_MS)));
  return { round, begun: () => ends.length, end: () => ends.at(-1)?.() };
};

const failed = (error: unknown) => {
  throw error;
};

test('rounds follow each other; one that fails waits as long as its failure says', async () => {
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

test('hurried while a round is under way, however often, one more follows it at once', async () => {
  const { round, begun, end } = gated();
  const repeated = repeat({ round, failed, retryMs: NEVER_MS });
  repeated.runNow();
  repeated.runNow();
  assert.equal(begun(), 1);
  end();
  await until('the next round', async () => begun() === 2);
  end();
  // It waits for an hour now, unless it is hurried.
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(begun(), 2);
  repeated.runNow();
  assert.equal(begun(), 3);
  end();
  await repeated.stop();
});

test('a stop waits for the round under way, and none follows', async () => {
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

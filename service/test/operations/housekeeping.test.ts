import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startHousekeeping } from '../../src/operations/housekeeping.ts';
import { until } from '../support/until.ts';

const log = { error: () => {} };

test('a chore that fails is tried again and does not stop the next one', async (t) => {
  let [failures, done] = [0, 0];
  const failed: string[] = [];
  const house = startHousekeeping(
    [
      {
        name: 'fails',
        async run() {
          failures += 1;
          throw new Error('No');
        },
      },
      {
        name: 'works',
        async run() {
          done += 1;
        },
      },
    ],
    log,
    { everyMs: 1, onFailure: (chore) => failed.push(chore) },
  );
  t.after(() => house.stop());
  await until('both ran again', async () => failures > 1 && done > 1);
  assert.deepEqual(new Set(failed), new Set(['fails']));
});

test('a chore that takes long is not started twice, and is cancelled when the desk stops', async (t) => {
  let begun = 0;
  let ended = 0;
  const house = startHousekeeping(
    [
      {
        name: 'takes long',
        async run(stopping) {
          begun += 1;
          await sleep(60_000, undefined, { signal: stopping }).finally(() => {
            ended += 1;
          });
        },
      },
    ],
    log,
    { everyMs: 1 },
  );
  t.after(() => house.stop());
  await sleep(50);
  assert.equal(begun, 1);
  await house.stop();
  assert.deepEqual([begun, ended], [1, 1]);
});

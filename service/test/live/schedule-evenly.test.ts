import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { scheduleEvenly } from '../../src/live/schedule-evenly.ts';

const PERIOD_MS = 300;

test('each member has one turn per period, spread over the period', async () => {
  const taken: number[] = [];
  let [calls, most] = [0, 0];
  const turns = scheduleEvenly<number>(PERIOD_MS, (member) => {
    taken.push(member);
    // Those of one part of the period come in one go.
    if (calls++ === 0) setImmediate(() => ([most, calls] = [Math.max(most, calls), 0]));
  });
  const members = Array.from({ length: 300 }, (_, n) => n);
  for (const member of members) turns.add(member);
  await sleep(3 * PERIOD_MS);
  turns.stop();
  const counts = members.map((member) => taken.filter((each) => each === member).length);
  assert.ok(
    counts.every((count) => count >= 2 && count <= 4),
    counts.join(),
  );
  assert.ok(most < members.length / 2, `${most} at once`);
});

test('a member that left has no turn, and after the stop nobody has', async () => {
  const taken = new Set<string>();
  const turns = scheduleEvenly<string>(30, (member) => void taken.add(member));
  turns.add('left');
  turns.add('stayed');
  turns.delete('left');
  await sleep(100);
  assert.deepEqual([...taken], ['stayed']);
  turns.stop();
  taken.clear();
  await sleep(60);
  assert.equal(taken.size, 0);
});

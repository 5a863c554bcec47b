import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { Follower } from './follower.ts';
import type { Answer } from './request.ts';

/** What is read; it is settled when it says so. */
type Thing = 'open' | 'settled';

const value = (thing: Thing): Answer<Thing> => ({ ok: true, value: thing });
const failed = (status: number): Answer<Thing> => ({
  ok: false,
  problem: {
    type: '',
    title: '',
    status,
    code: 'x',
    detail: '',
    retryAfterSeconds: null,
    requestId: null,
  },
});

const following = (t: TestContext) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const seen = { reads: 0, heard: [] as Thing[] };
  let answer: Answer<Thing> | Promise<Answer<Thing>> = value('open');
  let destroy = () => {};
  const owner = {
    destroyed: false,
    onDestroy(end: () => void) {
      destroy = () => {
        owner.destroyed = true;
        end();
      };
      return () => {};
    },
  };
  const read = async () => {
    seen.reads += 1;
    return answer;
  };
  const follower = new Follower<Thing>(owner, read, (thing) => thing === 'settled');
  return {
    seen,
    follow: () => follower.follow('a', (thing) => seen.heard.push(thing)),
    nudge: (id: string) => follower.nudge(id),
    destroy: () => destroy(),
    answers(next: typeof answer) {
      answer = next;
    },
    /** Lets time pass, second by second, with the answers that come meanwhile. */
    async pass(seconds: number) {
      for (let n = 0; n < seconds; n += 1) {
        t.mock.timers.tick(1000);
        for (let turns = 0; turns < 5; turns += 1) await Promise.resolve();
      }
    },
  };
};

test('reads until it is settled', async (t) => {
  const { seen, follow, answers, pass } = following(t);
  follow();
  await pass(6);
  assert.deepEqual(seen.heard, ['open', 'open', 'open']);
  answers(value('settled'));
  await pass(60);
  assert.deepEqual(seen.heard, ['open', 'open', 'open', 'settled']);
});

test('no failed read ends it, and failed reads come less and less often', async (t) => {
  const { seen, follow, answers, pass } = following(t);
  answers(failed(401));
  follow();
  await pass(20);
  assert.equal(seen.reads, 3);
  answers(failed(503));
  await pass(3600);
  assert.ok(seen.reads > 45 && seen.reads < 90, `${seen.reads} reads in an hour`);
  answers(value('settled'));
  await pass(80);
  assert.deepEqual(seen.heard, ['settled']);
});

test('reads at once when an event names it', async (t) => {
  const { seen, follow, nudge, pass } = following(t);
  follow();
  nudge('b');
  await pass(0);
  assert.equal(seen.reads, 0);
  nudge('a');
  assert.equal(seen.reads, 1);
});

test('ends with its component, also where an answer comes later', async (t) => {
  const { seen, follow, answers, pass, destroy } = following(t);
  let give = (_: Answer<Thing>) => {};
  answers(
    new Promise((resolve) => {
      give = resolve;
    }),
  );
  follow();
  await pass(2);
  assert.equal(seen.reads, 1);
  destroy();
  give(value('open'));
  await pass(60);
  follow();
  await pass(60);
  assert.deepEqual(seen, { reads: 1, heard: [] });
});

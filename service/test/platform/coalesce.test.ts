import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { coalesce } from '../../src/platform/coalesce.ts';

type Batch = { items: readonly string[]; end: (error?: Error) => void };

/** A coalescer whose batches end when the test says so. An item that begins with `!` fails. */
const recordBatches = (options: { most: number; atATime: number }) => {
  const batches: Batch[] = [];
  const call = coalesce<string, string>(
    (items) =>
      new Promise((resolve, reject) => {
        const end = (error?: Error) => {
          if (error) return reject(error);
          resolve(
            items.map((item) =>
              item.startsWith('!') ? Promise.reject(new Error(item)) : `did ${item}`,
            ),
          );
        };
        batches.push({ items, end });
      }),
    { ...options, keysOf: (item) => item.match(/#\w+/g) ?? [] },
  );
  return { call, batches, sent: () => batches.map(({ items }) => items.join(' ')) };
};

test('a call leaves at once when none runs, with those of the same turn of the event loop', async () => {
  const { call, batches, sent } = recordBatches({ most: 10, atATime: 1 });
  const calls = [call('a'), call('b')];
  await turn();
  assert.deepEqual(sent(), ['a b']);
  batches[0]?.end();
  assert.deepEqual(await Promise.all(calls), ['did a', 'did b']);
});

test('calls that come while a batch runs leave together when it ends, at most the most', async () => {
  const { call, batches, sent } = recordBatches({ most: 2, atATime: 1 });
  const calls = [call('a')];
  await turn();
  calls.push(call('b'), call('c'), call('d'));
  await turn();
  assert.deepEqual(sent(), ['a']);
  batches[0]?.end();
  await calls[0];
  await turn();
  assert.deepEqual(sent(), ['a', 'b c']);
  batches[1]?.end();
  await calls[1];
  await turn();
  batches[2]?.end();
  assert.deepEqual(await Promise.all(calls), ['did a', 'did b', 'did c', 'did d']);
});

test('no more batches run at a time than allowed', async () => {
  const { call, batches, sent } = recordBatches({ most: 1, atATime: 2 });
  const calls = ['a', 'b', 'c'].map(call);
  await turn();
  assert.deepEqual(sent(), ['a', 'b']);
  batches[1]?.end();
  await calls[1];
  await turn();
  assert.deepEqual(sent(), ['a', 'b', 'c']);
  for (const { end } of batches) end();
  await Promise.all(calls);
});

test('items that share a key run one after the other, in their order', async () => {
  const { call, batches, sent } = recordBatches({ most: 10, atATime: 2 });
  const calls = ['a#x', 'b#x#y', 'c#y', 'd#z'].map(call);
  for (const n of [0, 1, 2]) {
    await turn();
    assert.equal(batches.length, n + 1);
    batches[n]?.end();
    await Promise.all([calls[n], turn()]);
  }
  await Promise.all(calls);
  assert.deepEqual(sent(), ['a#x d#z', 'b#x#y', 'c#y']);
});

test('an item fails alone; a batch that throws fails each of its items and none of the next', async () => {
  const { call, batches } = recordBatches({ most: 2, atATime: 1 });
  const calls = Promise.allSettled([call('!a'), call('b'), call('c'), call('d'), call('e')]);
  const errors = [undefined, new Error('broken'), undefined];
  for (const [n, error] of errors.entries()) {
    await turn();
    batches[n]?.end(error);
    await turn();
  }
  const settled = (await calls).map((each) =>
    each.status === 'fulfilled' ? each.value : String(each.reason),
  );
  assert.deepEqual(settled, ['Error: !a', 'did b', 'Error: broken', 'Error: broken', 'did e']);
});

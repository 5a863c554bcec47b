import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NigPayload } from '@cpe-desk/contract';
import { sampleCpe } from '../../../contract/test/support/sample-cpe.ts';
import type { Nig, SendAnswer } from '../../src/nig/nig.ts';
import { protectNig } from '../../src/nig/protect-nig.ts';
import { until } from '../support/until.ts';

const payload: NigPayload = {
  serviceLineId: 'line',
  ticketNo: 'CTT-1',
  current: sampleCpe,
  new: sampleCpe,
  actor: { id: 'a', name: 'A' },
  requestedAt: '2026-11-01T00:00:00.000Z',
};
const call = { updateId: 'u', payload };
const accepted: SendAnswer = { outcome: 'accepted', reference: 'R' };
const trouble: SendAnswer = { outcome: 'unknown', why: 'no answer' };

/** A NIG that gives the answers of the test, and counts calls. */
const nigOf = (answer: () => Promise<SendAnswer>) => {
  const counted = { sends: 0 };
  const nig: Nig = {
    send() {
      counted.sends++;
      return answer();
    },
    lookUp: async () => ({ outcome: 'never-got-it' }),
    capabilities: { lookUp: true, cpeOf: true, idempotentById: true, asynchronous: false },
    cpeOf: async () => undefined,
    preview: async () => ({ known: false, why: 'none' }),
    status: () => ({
      ...{ adapter: 'http', profile: null, circuit: 'closed', budgets: [] },
      capabilities: nig.capabilities,
    }),
    close: async () => {},
  };
  return { nig, counted };
};

const protection = { failures: 3, retryAfterMs: 40, concurrency: 2 };

test('after several sends without an answer no update is sent; look-ups continue', async () => {
  const { nig, counted } = nigOf(async () => trouble);
  const protectedNig = protectNig(nig, { ...protection, retryAfterMs: 60_000 });
  assert.equal(protectedNig.isAvailable?.(), true);
  for (let n = 0; n < 3; n++) assert.equal((await protectedNig.send(call)).outcome, 'unknown');
  assert.equal(protectedNig.isAvailable?.(), false);
  for (let n = 0; n < 3; n++) assert.equal((await protectedNig.send(call)).outcome, 'unavailable');
  assert.equal(counted.sends, 3);
  assert.equal(
    (await protectedNig.lookUp({ ...call, serviceLineId: 'line', handle: null })).outcome,
    'never-got-it',
  );
});

test('later one send probes NIG: an answer closes the circuit, none opens it again', async () => {
  let answer: SendAnswer = trouble;
  const { nig, counted } = nigOf(async () => answer);
  const protectedNig = protectNig(nig, protection);
  for (let n = 0; n < 3; n++) await protectedNig.send(call);
  assert.equal(protectedNig.isAvailable?.(), false);
  await until('a send would go out again, though nobody sent', async () =>
    protectedNig.isAvailable?.(),
  );
  assert.equal(counted.sends, 3);
  await until(
    'it is tried, in vain',
    async () => (await protectedNig.send(call)).outcome === 'unknown',
  );
  assert.equal(protectedNig.isAvailable?.(), false);
  assert.equal(counted.sends, 4);
  answer = accepted;
  await until(
    'it is tried again',
    async () => (await protectedNig.send(call)).outcome === 'accepted',
  );
  assert.equal(protectedNig.isAvailable?.(), true);
  assert.equal(counted.sends, 5);
});

test('a rejection is an answer, which resets the count of failures', async () => {
  const answers: SendAnswer[] = [
    trouble,
    trouble,
    { outcome: 'rejected', code: 'X', message: 'y' },
    trouble,
    trouble,
  ];
  const { nig } = nigOf(async () => answers.shift() ?? accepted);
  const protectedNig = protectNig(nig, protection);
  for (let n = 0; n < 5; n++) await protectedNig.send(call);
  assert.equal(protectedNig.isAvailable?.(), true);
  assert.deepEqual(await protectedNig.send(call), accepted);
});

test('sends above the limit are refused at once, and do not count as failures', async () => {
  const waiting: ((answer: SendAnswer) => void)[] = [];
  const { nig, counted } = nigOf(() => new Promise((resolve) => waiting.push(resolve)));
  const protectedNig = protectNig(nig, protection);
  const sends = [1, 2].map(() => protectedNig.send(call));
  for (let n = 0; n < 5; n++) assert.equal((await protectedNig.send(call)).outcome, 'unavailable');
  for (const resolve of waiting) resolve(accepted);
  assert.deepEqual(await Promise.all(sends), [accepted, accepted]);
  assert.equal(counted.sends, 2);
  assert.equal(protectedNig.isAvailable?.(), true);
});

test('sends above the rate wait for their turn, or are refused where it comes too late', async () => {
  const begun: number[] = [];
  const { nig } = nigOf(async () => {
    begun.push(performance.now());
    return accepted;
  });
  const protectedNig = protectNig(nig, { ...protection, concurrency: 10, perSecond: 20 });
  const sends = [0, 1, 2].map(() => protectedNig.send({ ...call, beginWithinMs: 5000 }));
  assert.equal((await protectedNig.send({ ...call, beginWithinMs: 100 })).outcome, 'unavailable');
  assert.deepEqual(await Promise.all(sends), [accepted, accepted, accepted]);
  const [first = 0, , third = 0] = begun;
  assert.ok(third - first >= 95, `${third - first} ms for two turns`);
});

/** A NIG whose answers the test gives one by one: the ids of the sends that wait for one. */
const heldNig = () => {
  const held = new Map<string, (answer: SendAnswer) => void>();
  const { nig } = nigOf(async () => accepted);
  const send: Nig['send'] = ({ updateId }) => new Promise((resolve) => held.set(updateId, resolve));
  const answer = (updateId: string): void => {
    held.get(updateId)?.(accepted);
    held.delete(updateId);
  };
  return { nig: { ...nig, send }, answer, sending: () => [...held.keys()] };
};

test('bulks have at most their part of the sends, and other sends come first', async () => {
  const { nig, answer, sending } = heldNig();
  const limits = { ...protection, concurrency: 3, bulkConcurrency: 2 };
  const protectedNig = protectNig(nig, limits);
  const send = (updateId: string, isInBulk: boolean) =>
    protectedNig.send({ ...call, updateId, isInBulk });
  const rows = ['row-1', 'row-2', 'row-3'].map((id) => send(id, true));
  await until('two rows are sent', async () => sending().length === 2);
  const first = send('first', false);
  const second = send('second', false);
  await until('one update has the last slot', async () => sending().includes('first'));
  assert.deepEqual(sending(), ['row-1', 'row-2', 'first']);
  answer('row-1');
  await until('the waiting update comes before the waiting row', async () =>
    sending().includes('second'),
  );
  assert.ok(!sending().includes('row-3'));
  const third = send('third', false);
  const refused = await send('fourth', false);
  assert.equal(refused.outcome, 'unavailable', 'as many wait as rows are sent');
  const all = [first, second, third, ...rows];
  for (const id of ['row-2', 'first', 'second', 'third', 'row-3']) {
    await until(`${id} is sent`, async () => sending().includes(id));
    answer(id);
  }
  assert.deepEqual(await Promise.all(all), Array(6).fill(accepted));
});

test('a row of a bulk whose slot comes too late is not sent', async () => {
  const { nig, answer, sending } = heldNig();
  const protectedNig = protectNig(nig, { ...protection, concurrency: 1, bulkConcurrency: 1 });
  const first = protectedNig.send({ ...call, updateId: 'first', isInBulk: true });
  await until('one row is sent', async () => sending().length === 1);
  const late = protectedNig.send({ ...call, updateId: 'late', isInBulk: true, beginWithinMs: 0 });
  await until('its time is over', async () => true);
  answer('first');
  assert.deepEqual(await first, accepted);
  assert.equal((await late).outcome, 'unavailable');
  assert.deepEqual(sending(), []);
});

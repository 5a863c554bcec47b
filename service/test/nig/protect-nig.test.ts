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

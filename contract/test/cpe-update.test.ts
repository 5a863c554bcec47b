import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changedFields } from '../src/compare-cpe.ts';
import type { Cpe } from '../src/cpe.ts';
import { cpeUpdateRequestSchema, idempotencyKeySchema, kindOfUpdate } from '../src/cpe-update.ts';
import {
  cpeUpdateEvents,
  cpeUpdateStates,
  isUnsettled,
  nextState,
  unsettledStates,
} from '../src/cpe-update-state.ts';
import { sampleCpe as cpe } from './support/sample-cpe.ts';

const kind = (before: Partial<Cpe>, after: Partial<Cpe>) => {
  const [from, to] = [
    { ...cpe, ...before },
    { ...cpe, ...after },
  ];
  return kindOfUpdate(from, changedFields(from, to), to);
};

test('without a difference it is a refresh, with one a correction, with another serial number a swap', () => {
  assert.equal(kind({}, {}), 'refresh');
  assert.equal(kind({}, { port: '0/1/3/12' }), 'refresh');
  assert.equal(kind({}, { port: '0/1/3:13' }), 'correction');
  assert.equal(kind({}, { serialNumber: 'ZTEG1A2B3C4D' }), 'swap');
  assert.equal(kind({}, { serialNumber: 'ZTEG1A2B3C4D', model: 'F660', port: '0/1/3:13' }), 'swap');
});

test('adding or removing a serial number is not a swap', () => {
  assert.equal(kind({ serialNumber: null }, {}), 'correction');
  assert.equal(kind({}, { serialNumber: null }), 'correction');
});

test('a request has current, new and an optional reason; a blank reason is null', () => {
  assert.deepEqual(cpeUpdateRequestSchema.parse({ current: cpe, new: cpe }).reason, null);
  assert.deepEqual(
    cpeUpdateRequestSchema.parse({ current: cpe, new: cpe, reason: '  ' }).reason,
    null,
  );
  assert.deepEqual(
    cpeUpdateRequestSchema.parse({ current: cpe, new: cpe, reason: ' why ' }).reason,
    'why',
  );
  for (const wrong of [
    { new: cpe },
    { current: cpe },
    { current: cpe, new: cpe, force: true },
    { current: cpe, new: null },
  ])
    assert.equal(
      cpeUpdateRequestSchema.safeParse(wrong).success,
      false,
      JSON.stringify(Object.keys(wrong)),
    );
});

test('an idempotency key has 1 to 255 printable characters', () => {
  for (const key of ['a', 'a b', '~'.repeat(255), crypto.randomUUID()])
    assert.ok(idempotencyKeySchema.safeParse(key).success, key);
  for (const key of ['', ' ', 'a ', 'x'.repeat(256), 'käse', 'a\tb', 'a\u0000'])
    assert.ok(!idempotencyKeySchema.safeParse(key).success, JSON.stringify(key));
});

/** The state diagram as a table. A move that is not here is impossible. */
const moves: Record<string, string> = {
  'recorded, nig-accepted': 'accepted',
  'recorded, nig-rejected': 'rejected',
  'recorded, nig-never-got-it': 'abandoned',
  'recorded, no-answer': 'unknown',
  'unknown, nig-accepted': 'accepted',
  'unknown, nig-rejected': 'rejected',
  'unknown, nig-never-got-it': 'abandoned',
  'unknown, no-answer': 'unknown',
  'unknown, deadline-passed': 'needs-attention',
  'recorded, deadline-passed': 'needs-attention',
  'accepted, deadline-passed': 'needs-attention',
  'needs-attention, nig-accepted': 'needs-attention',
  'needs-attention, judged-accepted': 'accepted',
  'needs-attention, judged-rejected': 'rejected',
  'accepted, written-locally': 'applied',
};

test('the states have exactly the moves of the table', () => {
  for (const state of cpeUpdateStates)
    for (const event of cpeUpdateEvents)
      assert.equal(nextState(state, event), moves[`${state}, ${event}`], `${state}, ${event}`);
});

test('every unsettled state leads to a settled one, which is final', () => {
  const reach = (
    state: (typeof cpeUpdateStates)[number],
    seen = new Set<string>(),
  ): Set<string> => {
    if (seen.has(state)) return seen;
    seen.add(state);
    for (const event of cpeUpdateEvents) {
      const next = nextState(state, event);
      if (next) reach(next, seen);
    }
    return seen;
  };
  for (const state of cpeUpdateStates) {
    const reached = [...reach(state)];
    if (isUnsettled(state)) assert.ok(reached.includes('applied'), state);
    else assert.deepEqual(reached, [state]);
  }
  assert.deepEqual(cpeUpdateStates.filter(isUnsettled), [...unsettledStates]);
});

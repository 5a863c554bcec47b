import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NigView } from '@cpe-desk/contract';
import { recommendOutcome } from './recommend-outcome.ts';

const sides = ['after', 'before', 'other', 'nothing', 'unknown'] as const;

const recommended = (update: NigView['update']) =>
  sides.map((holds) => recommendOutcome({ update, holds }));

test('what NIG says of the update counts before what it holds', () => {
  assert.deepEqual(new Set(recommended('accepted')), new Set(['accepted']));
});

test('without a word of the update, the values that NIG holds decide', () => {
  assert.deepEqual(recommended('unknown'), ['accepted', 'rejected', null, null, null]);
});

test('NIG that refused an update and holds its values gives no recommendation', () => {
  for (const update of ['rejected', 'never-got-it'] as const)
    assert.deepEqual(recommended(update), [null, 'rejected', 'rejected', 'rejected', 'rejected']);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settlementRequestSchema } from '../src/settlement.ts';

const accepted = { outcome: 'accepted', nigReference: 'N-1', reason: 'NIG’s desk said so' };
const rejected = { outcome: 'rejected', reason: 'looked at the device' };

test('a settlement has the outcome, the reason, and NIG’s reference of an acceptance', () => {
  assert.deepEqual(settlementRequestSchema.parse(accepted), accepted);
  assert.deepEqual(settlementRequestSchema.parse({ ...rejected, reason: ' why ' }).reason, 'why');
});

test('a settlement without a reason or with another member is refused', () => {
  for (const wrong of [
    { ...accepted, nigReference: undefined },
    { ...accepted, nigReference: ' ' },
    { ...accepted, nigReference: 'x'.repeat(201) },
    { ...accepted, nigReference: 'N\u202e-1' },
    { ...accepted, outcome: 'applied' },
    { ...rejected, nigReference: 'N-1' },
    { ...rejected, reason: undefined },
    { ...rejected, reason: ' ' },
    { ...rejected, reason: 'x'.repeat(501) },
    { ...rejected, reason: 'bell\u0007' },
    { ...rejected, force: true },
    {},
    null,
  ])
    assert.equal(settlementRequestSchema.safeParse(wrong).success, false, JSON.stringify(wrong));
});

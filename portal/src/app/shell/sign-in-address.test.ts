import assert from 'node:assert/strict';
import { test } from 'node:test';
import { signInAddress, signInFailure } from './sign-in-address.ts';

const returnTo = (address: string): string | null =>
  new URL(address, 'http://desk').searchParams.get('returnTo');

test('signing in comes back to the page that was asked for, its filters included', () => {
  assert.equal(returnTo(signInAddress('/tickets', '')), '/tickets');
  assert.equal(
    returnTo(signInAddress('/tickets', '?q=a%26b&status=held')),
    '/tickets?q=a%26b&status=held',
  );
});

test('why the last sign-in failed is not asked for again', () => {
  assert.equal(returnTo(signInAddress('/tickets', '?sign-in-failed=refused')), '/tickets');
});

test('a failed sign-in is said in words, an unknown reason and a member of Object too', () => {
  assert.equal(signInFailure(''), null);
  assert.equal(signInFailure('?sign-in-failed=unavailable'), 'unavailable');
  assert.equal(signInFailure('?sign-in-failed=toString'), 'failed');
});

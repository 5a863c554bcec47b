import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CpeUpdateRequest } from '@cpe-desk/contract';
import { UpdateKey } from './update-key.ts';

const cpe = {
  manufacturer: 'Huawei',
  model: 'HG8245Hv5',
  ipAddress: '10.20.0.7',
  bandwidth: { downKbps: 100_000, upKbps: 50_000 },
  port: '0/1/3:12',
  serialNumber: null,
  macAddress: null,
};
const request: CpeUpdateRequest = { current: cpe, new: cpe, reason: null };

test('a further try of the same update has the same key, another update or another reason a new one', () => {
  const key = new UpdateKey();
  const first = key.keyOf(request);
  assert.equal(key.keyOf({ ...request }), first);
  assert.notEqual(key.keyOf({ ...request, reason: 'lightning' }), first);
});

test('a settled failure uses the key up, whatever way leads to the further try', () => {
  for (const code of ['nig-rejected', 'never-got-it', 'idempotency-key-reused']) {
    const key = new UpdateKey();
    const first = key.keyOf(request);
    key.failed(code);
    assert.notEqual(key.keyOf(request), first, code);
  }
});

test('a failure that may pass keeps the key', () => {
  for (const code of [
    'no-connection',
    'no-answer',
    'internal-error',
    'nig-unavailable',
    'unauthenticated',
    'brand-new',
  ]) {
    const key = new UpdateKey();
    const first = key.keyOf(request);
    key.failed(code);
    assert.equal(key.keyOf(request), first, code);
  }
});

test('once a try may have arrived that stays so, until the update is another one', () => {
  const key = new UpdateKey();
  key.keyOf(request);
  key.failed('nig-unavailable');
  assert.equal(key.mayHaveArrived, false);
  key.failed('no-connection');
  key.keyOf(request);
  key.failed('unauthenticated');
  assert.equal(key.mayHaveArrived, true);
  key.keyOf({ ...request, reason: 'lightning' });
  assert.equal(key.mayHaveArrived, false);
});

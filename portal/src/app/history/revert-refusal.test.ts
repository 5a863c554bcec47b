import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Cpe } from '@cpe-desk/contract';
import { revertRefusal } from './revert-refusal.ts';

const after: Cpe = {
  manufacturer: 'Huawei',
  model: 'HG8245Hv5',
  ipAddress: '10.20.0.7',
  bandwidth: { downKbps: 100_000, upKbps: 50_000 },
  port: '0/1/3:12',
  serialNumber: null,
  macAddress: null,
};

test('an update whose fields are still as it left them can be reverted', () => {
  assert.equal(revertRefusal({ changed: ['port'], after }, { ...after, model: 'EG8145V5' }), null);
});

test('a refresh and a field that changed again cannot be reverted, and the fields are named', () => {
  assert.deepEqual(revertRefusal({ changed: [], after }, after), { because: 'refresh' });
  assert.deepEqual(
    revertRefusal({ changed: ['port', 'ipAddress'], after }, { ...after, port: '0/1/3:13' }),
    { because: 'later', fields: ['port'] },
  );
});

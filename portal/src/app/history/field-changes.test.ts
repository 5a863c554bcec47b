import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Cpe } from '@cpe-desk/contract';
import { fieldChanges } from './field-changes.ts';

const before: Cpe = {
  manufacturer: 'Huawei',
  model: 'HG8245Hv5',
  ipAddress: '10.20.0.7',
  bandwidth: { downKbps: 100_000, upKbps: 50_000 },
  port: '0/1/3:12',
  serialNumber: null,
  macAddress: null,
};

test('each changed field is said once, with both values', () => {
  const after = {
    ...before,
    serialNumber: 'HWTC1A2B3C4D',
    bandwidth: { downKbps: 200_000, upKbps: 50_000 },
  };
  assert.deepEqual(fieldChanges({ changed: ['serialNumber', 'bandwidth'], before, after }), [
    { label: 'Serial number', before: 'Not known', after: 'HWTC1A2B3C4D' },
    {
      label: 'Bandwidth',
      before: '100 Mbit/s down, 50 Mbit/s up',
      after: '200 Mbit/s down, 50 Mbit/s up',
    },
  ]);
});

test('a refresh has nothing to say', () => {
  assert.deepEqual(fieldChanges({ changed: [], before, after: before }), []);
});

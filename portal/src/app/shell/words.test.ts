import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Cpe, ineligibilityReasons } from '@cpe-desk/contract';
import { formatKbps, NOT_KNOWN, reasonWords, valueText } from './words.ts';

const cpe: Cpe = {
  manufacturer: 'Huawei',
  model: 'HG8245Hv5',
  ipAddress: '10.20.0.7',
  bandwidth: { downKbps: 100_000, upKbps: 1500 },
  port: '0/1/3:12',
  serialNumber: null,
  macAddress: '',
};

test('a speed is said exactly, in the larger unit once there is one', () => {
  assert.equal(formatKbps(64), '64 kbit/s');
  assert.equal(formatKbps(1000), '1 Mbit/s');
  assert.equal(formatKbps(2_488_320), '2,488.32 Mbit/s');
  assert.equal(formatKbps(100_001), '100.001 Mbit/s');
});

test('a value of a CPE reads as people say it, and one that is not there as not known', () => {
  assert.equal(valueText('model', cpe), 'HG8245Hv5');
  assert.equal(valueText('bandwidth', cpe), '100 Mbit/s down, 1.5 Mbit/s up');
  assert.equal(valueText('serialNumber', cpe), NOT_KNOWN);
  assert.equal(valueText('macAddress', cpe), NOT_KNOWN);
});

test('every reason why a CPE can not be edited is a sentence and what to do', () => {
  for (const reason of ineligibilityReasons) assert.match(reasonWords[reason], /^[A-Z].*\. .*\.$/);
});

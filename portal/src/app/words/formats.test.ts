import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Cpe } from '@cpe-desk/contract';
import { english } from './english/english.ts';
import { formatAgo, formatKbps, valueText } from './formats.ts';

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
  assert.equal(valueText('serialNumber', cpe), english.notKnown);
  assert.equal(valueText('macAddress', cpe), english.notKnown);
});

test('how long ago something was is said in the largest unit that fits', () => {
  const now = Date.parse('2026-11-24T12:00:00Z');
  assert.equal(formatAgo('2026-11-24T11:59:40Z', now), 'this minute');
  assert.equal(formatAgo('2026-11-24T11:18:00Z', now), '42 minutes ago');
  assert.equal(formatAgo('2026-11-24T09:10:00Z', now), '2 hours ago');
  assert.equal(formatAgo('2026-11-23T11:00:00Z', now), 'yesterday');
  assert.equal(formatAgo('2026-11-24T12:05:00Z', now), 'this minute');
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Cpe } from '../src/cpe.ts';
import { cpeWarnings } from '../src/cpe-warnings.ts';
import { sampleCpe as cpe } from './support/sample-cpe.ts';

const vendorIds = new Map([
  ['HWTC', 'Huawei'],
  ['ALCL', 'Nokia/Alcatel-Lucent'],
  ['GPON', 'Generic'],
]);
const warnings = (changes: Partial<Cpe>, plan = { downKbps: 100_000, upKbps: 50_000 }) =>
  cpeWarnings({ ...cpe, ...changes }, plan, vendorIds).map(
    ({ pointer, code }) => `${pointer} ${code}`,
  );

test('a bandwidth above the plan is a warning in each direction', () => {
  assert.deepEqual(warnings({}), []);
  assert.deepEqual(warnings({}, { downKbps: 99_999, upKbps: 49_999 }), [
    '/bandwidth/downKbps above-plan',
    '/bandwidth/upKbps above-plan',
  ]);
});

test('a rate under a hundredth of the plan is a warning that names both units', () => {
  const plan = { downKbps: 300_000, upKbps: 100_000 };
  assert.deepEqual(warnings({ bandwidth: { downKbps: 300, upKbps: 1000 } }, plan), [
    '/bandwidth/downKbps far-below-plan',
  ]);
  const [warning] = cpeWarnings(
    { ...cpe, bandwidth: { downKbps: 300, upKbps: 100_000 } },
    plan,
    vendorIds,
  );
  assert.equal(warning?.detail, '300 kbit/s is 0.3 Mbit/s; the subscribed plan has 300 Mbit/s');
});

test('another vendor’s serial number is a warning; an unknown or a generic vendor id is none', () => {
  assert.deepEqual(warnings({ manufacturer: 'Zyxel' }), ['/serialNumber vendor-mismatch']);
  for (const changes of [
    { manufacturer: 'Nokia', serialNumber: 'ALCL1A2B3C4D' },
    { manufacturer: 'Alcatel-Lucent', serialNumber: 'ALCL1A2B3C4D' },
    { manufacturer: 'Huawei Technologies' },
    { serialNumber: 'GPON1A2B3C4D' },
    { serialNumber: 'XXXX1A2B3C4D' },
    { serialNumber: null },
  ])
    assert.deepEqual(warnings(changes), [], JSON.stringify(changes));
});

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
const plan = { downKbps: 100_000, upKbps: 50_000 };
const warnings = (changes: Partial<Cpe>, of = plan) =>
  cpeWarnings({ ...cpe, ...changes }, of, vendorIds).map(
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

test('a maker’s serial number is of no vendor id', () => {
  assert.deepEqual(warnings({ manufacturer: 'Cisco', serialNumber: 'HWTC2231A1B' }), []);
});

test('a locally administered MAC is a warning; a maker’s is none', () => {
  for (const macAddress of ['02:1a:4b:00:00:01', 'DAC6.12AB.CDEF', 'f2-1a-4b-00-00-01'])
    assert.deepEqual(warnings({ macAddress }), ['/macAddress locally-administered-mac']);
  for (const macAddress of ['00:e0:fc:00:00:01', '3c:15:fb:00:12:34', null])
    assert.deepEqual(warnings({ macAddress }), []);
  const recorded = { ...cpe, macAddress: '02:1a:4b:00:00:01' };
  assert.deepEqual(cpeWarnings(recorded, plan, vendorIds, { recorded }), [], 'not typed now');
});

test('an address of the OLT or a gateway on the path is a warning that names it', () => {
  const neighbours = [
    { kind: 'OLT', name: 'KL-OLT-01', addresses: ['10.20.0.1', '00:e0:fc:00:00:01'] },
  ];
  const of = (changes: Partial<typeof cpe>) =>
    cpeWarnings({ ...cpe, ...changes }, plan, vendorIds, { neighbours });
  assert.deepEqual(of({}), []);
  assert.deepEqual(
    of({ ipAddress: '10.20.0.1', macAddress: '00:e0:fc:00:00:01' }).map(
      ({ pointer, code }) => `${pointer} ${code}`,
    ),
    ['/macAddress same-as-neighbour', '/ipAddress same-as-neighbour'],
  );
  const ipv6 = [{ kind: 'OLT', name: 'KL-OLT-01', addresses: ['2a02:908::1'] }];
  assert.deepEqual(
    cpeWarnings({ ...cpe, ipv6Address: '2a02:908::1' }, plan, vendorIds, {
      neighbours: ipv6,
    }).map(({ pointer }) => pointer),
    ['/ipv6Address'],
  );
  assert.match(
    of({ ipAddress: '10.20.0.1' })[0]?.detail ?? '',
    /^10\.20\.0\.1 .* KL-OLT-01 \(OLT\)/,
  );
});

test('a model that the catalogue lacks is a warning; one that was not looked up is none', () => {
  const of = (model: null | undefined) =>
    cpeWarnings(cpe, plan, vendorIds, { model }).map(({ pointer, code }) => `${pointer} ${code}`);
  assert.deepEqual(of(null), ['/model model-not-in-catalogue']);
  assert.deepEqual(of(undefined), []);
});

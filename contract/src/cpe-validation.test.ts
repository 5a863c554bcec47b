import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DeviceModel } from './catalogue.ts';
import type { Cpe } from './cpe.ts';
import { type CpeFacts, canonicalCpe, cpeErrors, reasonErrors } from './cpe-validation.ts';
import { cpeWarnings } from './cpe-warnings.ts';
import { sampleCpe as cpe } from './testing/sample-cpe.ts';

const model: DeviceModel = {
  manufacturer: 'Huawei',
  model: 'HG8245Hv5',
  partNumber: null,
  access: null,
  lanPorts: null,
  wanPorts: null,
  maxPortKbps: null,
  withdrawn: false,
};
const facts: CpeFacts = {
  model,
  accessType: 'GPON',
  oltPorts: { frames: [0, 0], slots: [1, 7], ports: [0, 15], onuIds: [0, 255] },
  allowedPrefixes: [],
};

const errors = (changes: Partial<Cpe>, more: Partial<CpeFacts> = {}) =>
  cpeErrors({ ...cpe, ...changes }, { ...facts, ...more }).map(({ pointer, code }) => `${pointer} ${code}`);

test('good values break no rule', () => {
  assert.deepEqual(errors({}), []);
  assert.deepEqual(errors({ serialNumber: null, macAddress: null }), []);
});

test('manufacturer and model: 1 to 64 characters, no control characters, in the catalogue, not withdrawn', () => {
  for (const field of ['manufacturer', 'model'] as const) {
    for (const [value, code] of [
      ['', 'required'],
      ['   ', 'required'],
      ['x'.repeat(65), 'too-long'],
      ['a\u0000b', 'control-character'],
      ['a\nb', 'control-character'],
      ['\ud800', 'control-character'],
    ] as const)
      assert.deepEqual(errors({ [field]: value }), [`/${field} ${code}`], JSON.stringify(value));
    assert.deepEqual(errors({ [field]: 'x'.repeat(64) }), []);
  }
  assert.deepEqual(errors({}, { model: null }), ['/model unknown-model']);
  assert.deepEqual(errors({}, { model: { ...model, withdrawn: true } }), ['/model withdrawn-model']);
  assert.deepEqual(errors({}, { model: undefined }), [], 'not looked up yet: nothing to say');
});

test('address, port and identifiers: the code of each parser, blank where that is not allowed', () => {
  for (const [changes, expected] of [
    [{ ipAddress: '' }, '/ipAddress required'],
    [{ ipAddress: '010.1.1.1' }, '/ipAddress not-an-address'],
    [{ ipAddress: '127.0.0.1' }, '/ipAddress not-a-host-address'],
    [{ ipAddress: '10.0.0.\u00071' }, '/ipAddress control-character'],
    [{ port: ' ' }, '/port required'],
    [{ port: '0/1' }, '/port not-a-port'],
    [{ port: '0/99/3:12' }, '/port no-such-port'],
    [{ port: '0/1/3:254' }, '/port no-such-port'],
    [{ serialNumber: 'HWTC00000000' }, '/serialNumber not-a-serial'],
    [{ macAddress: 'ff:ff:ff:ff:ff:ff' }, '/macAddress not-a-mac'],
  ] as const)
    assert.deepEqual(errors(changes), [expected]);
  assert.deepEqual(errors({ ipAddress: '10.1.1.1' }, { allowedPrefixes: ['10.2.0.0/16'] }), [
    '/ipAddress outside-allowed-prefixes',
  ]);
});

test('bandwidth: whole kbit/s from 64 to the line rate, each way, exactly', () => {
  for (const [accessType, downKbps, upKbps] of [
    ['GPON', 2_488_320, 1_244_160],
    ['XGS-PON', 9_953_280, 9_953_280],
    [null, 9_953_280, 9_953_280],
  ] as const) {
    assert.deepEqual(errors({ bandwidth: { downKbps, upKbps } }, { accessType }), []);
    assert.deepEqual(errors({ bandwidth: { downKbps: downKbps + 1, upKbps: upKbps + 1 } }, { accessType }), [
      '/bandwidth/downKbps above-line-rate',
      '/bandwidth/upKbps above-line-rate',
    ]);
  }
  for (const [kbps, code] of [
    [63, 'too-low'],
    [0, 'too-low'],
    [-1, 'too-low'],
    [1.5, 'not-whole'],
    [Number.NaN, 'not-whole'],
    [Number.POSITIVE_INFINITY, 'not-whole'],
    [2 ** 53, 'not-whole'],
  ] as const)
    assert.deepEqual(errors({ bandwidth: { downKbps: kbps, upKbps: 64 } }), [`/bandwidth/downKbps ${code}`]);
});

test('bandwidth: not above the model’s fastest port, where the catalogue knows it', () => {
  const known = { model: { ...model, maxPortKbps: 1_000_000 } };
  assert.deepEqual(errors({ bandwidth: { downKbps: 1_000_000, upKbps: 64 } }, known), []);
  assert.deepEqual(errors({ bandwidth: { downKbps: 1_000_001, upKbps: 64 } }, known), [
    '/bandwidth/downKbps above-model-rate',
  ]);
});

test('everything that is wrong is said at once, in the order of the fields', () => {
  const wrong: Cpe = {
    manufacturer: '',
    model: '',
    ipAddress: '1',
    bandwidth: { downKbps: 1, upKbps: 1.5 },
    port: '1',
    serialNumber: '1',
    macAddress: '1',
  };
  assert.deepEqual(errors(wrong), [
    '/manufacturer required',
    '/model required',
    '/serialNumber not-a-serial',
    '/macAddress not-a-mac',
    '/ipAddress not-an-address',
    '/bandwidth/downKbps too-low',
    '/bandwidth/upKbps not-whole',
    '/port not-a-port',
  ]);
});

test('every error says what would be right', () => {
  for (const error of cpeErrors({ ...cpe, ipAddress: '1', port: '1', manufacturer: '' }, facts))
    assert.match(error.detail, /^Give /);
});

test('a reason has at most 500 characters; line breaks are fine, other control characters are not', () => {
  assert.deepEqual(reasonErrors(null), []);
  assert.deepEqual(reasonErrors(`two\nlines\tand ${'x'.repeat(480)}`), []);
  assert.equal(reasonErrors('x'.repeat(501))[0]?.code, 'too-long');
  assert.equal(reasonErrors('bell\u0007')[0]?.code, 'control-character');
});

test('what is recorded has the catalogue’s spelling', () => {
  const typed = { ...cpe, manufacturer: ' huawei ', model: 'hg8245hV5', port: '0/1/3/12' };
  assert.deepEqual(canonicalCpe(typed, model), cpe);
});

const vendorIds = new Map([
  ['HWTC', 'Huawei'],
  ['ALCL', 'Nokia/Alcatel-Lucent'],
  ['GPON', 'Generic'],
]);
const warnings = (changes: Partial<Cpe>, plan = { downKbps: 100_000, upKbps: 50_000 }) =>
  cpeWarnings({ ...cpe, ...changes }, plan, vendorIds).map(({ pointer, code }) => `${pointer} ${code}`);

test('more than the plan has is a warning, each way', () => {
  assert.deepEqual(warnings({}), []);
  assert.deepEqual(warnings({}, { downKbps: 99_999, upKbps: 49_999 }), [
    '/bandwidth/downKbps above-plan',
    '/bandwidth/upKbps above-plan',
  ]);
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

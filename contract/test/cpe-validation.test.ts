import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Cpe, cpeFields } from '../src/cpe.ts';
import { type CpeFacts, canonicalCpe, cpeErrors, reasonErrors } from '../src/cpe-validation.ts';
import { fieldErrorCodes } from '../src/problem.ts';
import { anyCpe } from './support/any-cpe.ts';
import { sampleCpe as cpe, sampleModel as model } from './support/sample-cpe.ts';

const facts: CpeFacts = {
  model,
  accessType: 'GPON',
  oltManufacturer: 'Huawei',
  oltPorts: { frames: [0, 0], slots: [1, 7], ports: [0, 15], onuIds: [0, 255] },
  allowedPrefixes: [],
};

const errors = (changes: Partial<Cpe>, more: Partial<CpeFacts> = {}) =>
  cpeErrors({ ...cpe, ...changes }, { ...facts, ...more }).map(
    ({ pointer, code }) => `${pointer} ${code}`,
  );

test('valid values break no rule', () => {
  assert.deepEqual(errors({}), []);
  assert.deepEqual(errors({ ipAddress: '2a02:db9::7', port: 'gpon-onu_0/7/15:253' }), []);
  assert.deepEqual(
    errors({ ipv6Address: '2a02:908::7', ipv6Prefix: '2a02:908:4b00:7f00::/56' }),
    [],
  );
  assert.deepEqual(errors({ ipAddress: '2a02:908::7', ipv6Prefix: '2a02:908:1::/48' }), []);
  assert.deepEqual(errors({ ipAddress: '2a02:908::7', ipv6Address: ' ' }), []);
  assert.deepEqual(errors({ port: '0/1/3:255' }, { accessType: 'XGS-PON' }), []);
  assert.deepEqual(errors({ port: '9/9/9:999' }, { oltPorts: null, accessType: null }), []);
});

test('manufacturer and model have 1 to 64 characters and are in the catalogue', () => {
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
  assert.deepEqual(errors({}, { model: { ...model, withdrawn: true } }), [
    '/model withdrawn-model',
  ]);
  assert.deepEqual(errors({}, { model: undefined }), [], 'not looked up yet: nothing to say');
});

test('a model that the catalogue lacks may be recorded where the policy warns', () => {
  assert.deepEqual(errors({}, { model: null, unknownModel: 'refuse' }), ['/model unknown-model']);
  assert.deepEqual(errors({}, { model: null, unknownModel: 'warn' }), []);
  assert.deepEqual(errors({ model: '' }, { model: null, unknownModel: 'warn' }), [
    '/model required',
  ]);
});

test('a refresh keeps a recorded model that the catalogue lacks; a correction does not', () => {
  const refresh = { model: null, recorded: cpe };
  assert.deepEqual(errors({}, refresh), []);
  assert.deepEqual(errors({ port: 'gpon-onu_0/1/3:12' }, refresh), [], 'another spelling');
  for (const changes of [{ ipAddress: '10.20.0.8' }, { model: 'HG8245Hv6' }])
    assert.deepEqual(errors(changes, refresh), ['/model unknown-model']);
});

test('a maker’s serial number is for models that are known to be no PON device', () => {
  const known = (access: string | null) => ({ model: { ...model, access } });
  for (const access of ['ethernet', 'sfp', 'lte', 'dsl'])
    assert.deepEqual(errors({ serialNumber: 'fgl2231a1bc' }, known(access)), [], access);
  for (const access of ['gpon', 'XGS-PON', 'epon', 'unknown', null])
    assert.deepEqual(
      errors({ serialNumber: 'FGL2231A1BC' }, known(access)),
      ['/serialNumber not-a-serial'],
      `${access}`,
    );
  assert.deepEqual(errors({ serialNumber: 'FGL2231A1BC' }, { model: undefined }), []);
  for (const serialNumber of ['ABC', 'ABC_1234', 'UNKNOWN', '0000-0000', `A${'1'.repeat(32)}`])
    assert.deepEqual(errors({ serialNumber }, known('ethernet')), ['/serialNumber not-a-serial']);
});

/** One broken rule each, with its pointer and code; each code at least once. */
const broken: readonly [changes: Partial<Cpe>, expected: string, more?: Partial<CpeFacts>][] = [
  [{ manufacturer: '' }, '/manufacturer required'],
  [{ model: 'x'.repeat(65) }, '/model too-long'],
  [{ manufacturer: 'Hua\u0007wei' }, '/manufacturer control-character'],
  [{ manufacturer: 'Nobody' }, '/model unknown-model', { model: null }],
  [{}, '/model withdrawn-model', { model: { ...model, withdrawn: true } }],
  [{ ipAddress: '' }, '/ipAddress required'],
  [{ ipAddress: '10.0.0.\u00071' }, '/ipAddress control-character'],
  [{ ipAddress: '10.0.0.256' }, '/ipAddress not-an-address'],
  [{ ipAddress: '010.1.1.1' }, '/ipAddress not-an-address'],
  [{ ipAddress: '127.0.0.1' }, '/ipAddress not-a-host-address'],
  [{ ipAddress: '224.0.0.1' }, '/ipAddress not-a-host-address'],
  [{ ipAddress: '192.0.2.7' }, '/ipAddress not-a-host-address'],
  [{ ipAddress: 'fe80::1' }, '/ipAddress not-a-host-address'],
  [{ ipAddress: '::ffff:10.0.0.1' }, '/ipAddress not-a-host-address'],
  [
    { ipAddress: '10.2.0.0' },
    '/ipAddress not-a-host-address',
    { allowedPrefixes: ['10.2.0.0/16'] },
  ],
  [
    { ipAddress: '10.1.1.1' },
    '/ipAddress outside-allowed-prefixes',
    { allowedPrefixes: ['10.2.0.0/16'] },
  ],
  [{ bandwidth: { downKbps: 0, upKbps: 64 } }, '/bandwidth/downKbps too-low'],
  [{ bandwidth: { downKbps: 64, upKbps: 1.5 } }, '/bandwidth/upKbps not-whole'],
  [{ bandwidth: { downKbps: 3_000_000, upKbps: 64 } }, '/bandwidth/downKbps above-line-rate'],
  [{}, '/bandwidth/downKbps above-model-rate', { model: { ...model, maxPortKbps: 99_999 } }],
  [{ port: ' ' }, '/port required'],
  [{ port: '0/1' }, '/port not-a-port'],
  [{ port: '0/1/3' }, '/port port-needs-onu'],
  [{ port: '1/1/3/16' }, '/port port-needs-onu', { oltManufacturer: 'Nokia' }],
  [{ port: '0/99/3:12' }, '/port no-such-port'],
  [{ port: '0/1/3:254' }, '/port no-such-port'],
  [{ port: '0/1/3:255' }, '/port no-such-port'],
  [{ serialNumber: 'HWTC00000000' }, '/serialNumber not-a-serial'],
  [{ macAddress: 'ff:ff:ff:ff:ff:ff' }, '/macAddress not-a-mac'],
  [{ ipv6Address: '10.0.0.1' }, '/ipv6Address not-an-address'],
  [{ ipv6Address: 'fe80::1' }, '/ipv6Address not-a-host-address'],
  [{ ipv6Address: '2a02:908::\u00071' }, '/ipv6Address control-character'],
  [
    { ipAddress: '10.2.0.7', ipv6Address: '2a02:908::7' },
    '/ipv6Address outside-allowed-prefixes',
    { allowedPrefixes: ['10.2.0.0/16'] },
  ],
  [{ ipAddress: '2a02:908::8', ipv6Address: '2a02:908::7' }, '/ipv6Address second-ipv6-address'],
  [{ ipv6Prefix: '2a02:908::1/56' }, '/ipv6Prefix not-a-prefix'],
  [
    { ipAddress: '10.2.0.7', ipv6Prefix: '2a02:908::/56' },
    '/ipv6Prefix outside-allowed-prefixes',
    { allowedPrefixes: ['10.2.0.0/16', '2a02:909::/32'] },
  ],
];

test('each broken rule has its pointer and code, and each code a rule', () => {
  for (const [changes, expected, more] of broken)
    assert.deepEqual(errors(changes, more), [expected]);
  const codes = new Set(broken.map(([, expected]) => expected.split(' ')[1]));
  assert.deepEqual([...codes].sort(), fieldErrorCodes.toSorted());
});

test('a CPE without serial number and MAC is valid, with null or blank', () => {
  for (const blank of [null, '', ' '])
    assert.deepEqual(errors({ serialNumber: blank, macAddress: blank }), []);
});

test('bandwidth is whole kbit/s from 64 to the line rate in each direction', () => {
  for (const [accessType, downKbps, upKbps] of [
    ['GPON', 2_488_320, 1_244_160],
    ['XGS-PON', 9_953_280, 9_953_280],
    [null, 9_953_280, 9_953_280],
  ] as const) {
    assert.deepEqual(errors({ bandwidth: { downKbps, upKbps } }, { accessType }), []);
    assert.deepEqual(
      errors({ bandwidth: { downKbps: downKbps + 1, upKbps: upKbps + 1 } }, { accessType }),
      ['/bandwidth/downKbps above-line-rate', '/bandwidth/upKbps above-line-rate'],
    );
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
    assert.deepEqual(errors({ bandwidth: { downKbps: kbps, upKbps: 64 } }), [
      `/bandwidth/downKbps ${code}`,
    ]);
});

test('bandwidth is at most that of the model’s fastest port, where it is known', () => {
  const known = { model: { ...model, maxPortKbps: 1_000_000 } };
  assert.deepEqual(errors({ bandwidth: { downKbps: 1_000_000, upKbps: 64 } }, known), []);
  assert.deepEqual(errors({ bandwidth: { downKbps: 1_000_001, upKbps: 64 } }, known), [
    '/bandwidth/downKbps above-model-rate',
  ]);
  assert.deepEqual(errors({ bandwidth: { downKbps: 1_000_001, upKbps: 1_244_161 } }, known), [
    '/bandwidth/downKbps above-model-rate',
    '/bandwidth/upKbps above-line-rate',
    '/bandwidth/upKbps above-model-rate',
  ]);
});

test('all errors are reported together, in the order of the fields', () => {
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

test('every error says what is valid', () => {
  const wrong = cpeErrors({ ...cpe, ipAddress: '1', port: '1', manufacturer: '' }, facts);
  assert.equal(wrong.length, 3);
  for (const error of wrong) assert.match(error.detail, /^Give /);
});

test('a reason has at most 500 characters, and no control character but line breaks', () => {
  assert.deepEqual(reasonErrors(null), []);
  assert.deepEqual(reasonErrors(`two\nlines\tand ${'x'.repeat(480)}`), []);
  assert.deepEqual(reasonErrors('x'.repeat(500)), []);
  assert.equal(reasonErrors('x'.repeat(501))[0]?.code, 'too-long');
  assert.equal(reasonErrors('bell\u0007')[0]?.code, 'control-character');
});

test('the recorded value has the catalogue’s spelling', () => {
  const typed = { ...cpe, manufacturer: ' huawei ', model: 'hg8245hV5', port: '0/1/3/12' };
  assert.deepEqual(canonicalCpe(typed, model), cpe);
});

const order: readonly string[] = cpeFields;
const fieldOf = (pointer: string) => pointer.split('/')[1] ?? '';

test('no input throws, and errors are in the order of the fields', () => {
  fc.assert(
    fc.property(anyCpe, (given) => {
      const places = cpeErrors(given, facts).map(({ pointer }) => order.indexOf(fieldOf(pointer)));
      assert.ok(!places.includes(-1));
      assert.deepEqual(
        places,
        places.toSorted((a, b) => a - b),
      );
    }),
  );
});

test('each field is checked alone: its error does not depend on other fields', () => {
  const ofField = (given: Cpe, field: string) =>
    cpeErrors(given, facts).filter(({ pointer }) => fieldOf(pointer) === field);
  const alone = ['serialNumber', 'macAddress', 'ipAddress', 'bandwidth', 'port'] as const;
  fc.assert(
    fc.property(anyCpe, (given) => {
      for (const field of alone)
        assert.deepEqual(ofField({ ...cpe, [field]: given[field] }, field), ofField(given, field));
    }),
  );
});

test('a valid value is valid in its recorded spelling', () => {
  fc.assert(
    fc.property(anyCpe, (given) => {
      for (const field of cpeFields) {
        const one = { ...cpe, [field]: given[field] };
        if (cpeErrors(one, facts).length === 0)
          assert.deepEqual(cpeErrors(canonicalCpe(one, null), facts), [], field);
      }
    }),
  );
});

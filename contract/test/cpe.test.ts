import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { changedFields, completeCpe, normaliseCpe } from '../src/compare-cpe.ts';
import { type Cpe, cpeFields, cpeInputSchema, cpeSchema } from '../src/cpe.ts';
import { anyCpe } from './support/any-cpe.ts';
import { sampleCpe as cpe } from './support/sample-cpe.ts';

test('normalising twice equals normalising once', () => {
  fc.assert(
    fc.property(anyCpe, (given) =>
      assert.deepEqual(normaliseCpe(normaliseCpe(given)), normaliseCpe(given)),
    ),
  );
});

test('a CPE does not differ from itself or its canonical spelling', () => {
  fc.assert(
    fc.property(anyCpe, (given) => {
      assert.deepEqual(changedFields(given, given), []);
      assert.deepEqual(changedFields(given, normaliseCpe(given)), []);
    }),
  );
});

test('two spellings of a value do not differ', () => {
  const spelled: Cpe = {
    ...cpe,
    manufacturer: ' HUAWEI',
    model: 'hg8245hv5',
    port: '0/1/3/12',
    serialNumber: '485754431a2b3c4d',
    macAddress: '3C15.FB00.1234',
  };
  assert.deepEqual(changedFields(cpe, spelled), []);
  assert.deepEqual(
    changedFields({ ...cpe, serialNumber: null }, { ...cpe, serialNumber: '  ' }),
    [],
  );
});

test('each field is compared; differences are in reading order', () => {
  const other: Cpe = {
    manufacturer: 'ZTE',
    model: 'F660',
    ipAddress: '10.20.0.8',
    bandwidth: { downKbps: 100_000, upKbps: 50_001 },
    port: '0/1/3:13',
    serialNumber: null,
    macAddress: null,
    ipv6Address: '2a02:908::7',
    ipv6Prefix: '2a02:908:4b00::/56',
  };
  for (const field of cpeFields)
    assert.deepEqual(changedFields(cpe, { ...cpe, [field]: other[field] }), [field]);
  assert.deepEqual(changedFields(cpe, other), [...cpeFields]);
});

test('an invalid value is only trimmed', () => {
  const wrong = { ...cpe, ipAddress: ' 192.0.2.7 ', port: 'somewhere', macAddress: 'none' };
  assert.deepEqual(normaliseCpe(wrong), { ...wrong, ipAddress: '192.0.2.7' });
});

test('serial number and MAC are optional, all other fields required', () => {
  const { serialNumber: _, macAddress: __, ...five } = cpe;
  assert.deepEqual(cpeInputSchema.parse(five), { ...five, serialNumber: null, macAddress: null });
  for (const field of ['manufacturer', 'model', 'ipAddress', 'bandwidth', 'port'] as const)
    assert.equal(cpeInputSchema.safeParse({ ...cpe, [field]: undefined }).success, false, field);
  assert.equal(cpeInputSchema.safeParse({ ...cpe, version: 1 }).success, false);
});

test('values have their types, and a bandwidth exactly two directions', () => {
  assert.deepEqual(cpeInputSchema.parse({ ...cpe, serialNumber: null }).serialNumber, null);
  for (const wrong of [
    { port: 12 },
    { ipAddress: null },
    { serialNumber: 1 },
    { manufacturer: ['Huawei'] },
    { bandwidth: 100_000 },
    { bandwidth: null },
    { bandwidth: { downKbps: 100_000 } },
    { bandwidth: { downKbps: '100000', upKbps: 50_000 } },
    { bandwidth: { downKbps: 100_000, upKbps: 50_000, burst: 1 } },
  ])
    assert.equal(
      cpeInputSchema.safeParse({ ...cpe, ...wrong }).success,
      false,
      JSON.stringify(wrong),
    );
});

const dual = { ipv6Address: '2a02:908::7', ipv6Prefix: '2a02:908:4b00:7f00::/56' };

test('a CPE without dual-stack values lacks the members, however it says so', () => {
  for (const none of [undefined, null, '', ' '])
    assert.deepEqual(normaliseCpe({ ...cpe, ipv6Address: none, ipv6Prefix: none }), cpe);
  assert.deepEqual(
    normaliseCpe({
      ...cpe,
      ipv6Address: ' 2A02:0908:0::7',
      ipv6Prefix: '2A02:908:4B00:7F00:0:0:0:0/56',
    }),
    { ...cpe, ...dual },
  );
  assert.deepEqual(cpeSchema.parse(cpe), cpe, 'no default: old hashes stay valid');
});

test('what is left out is as recorded, and null is none', () => {
  const recorded = { ...cpe, ...dual };
  assert.deepEqual(completeCpe(cpe, recorded), recorded);
  assert.deepEqual(completeCpe(recorded, cpe), recorded);
  assert.deepEqual(completeCpe(cpe, cpe), cpe);
  const none = completeCpe({ ...cpe, ipv6Address: null }, recorded);
  assert.deepEqual(normaliseCpe(none), { ...cpe, ipv6Prefix: dual.ipv6Prefix });
  assert.deepEqual(changedFields(recorded, none), ['ipv6Address']);
});

test('a request tells a member that is left out from null', () => {
  assert.deepEqual(cpeInputSchema.parse(cpe), cpe);
  assert.equal(cpeInputSchema.parse({ ...cpe, ipv6Address: null }).ipv6Address, null);
  assert.equal(cpeInputSchema.safeParse({ ...cpe, ipv6Prefix: 56 }).success, false);
});

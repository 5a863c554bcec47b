import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Cpe, changedFields, cpeFields, cpeInputSchema, normaliseCpe } from '../src/cpe.ts';
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

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readDeviceText } from '@cpe-desk/contract';
import { type AddressPlace, isRecord, rowsOf, valuesOf } from './read-rows.ts';

const olt = { manufacturer: null, ports: null };
const rowsOfText = (text: string, place: Partial<AddressPlace> = {}) => {
  const [device] = readDeviceText(text, { olt, recorded: null }).devices;
  assert.ok(device);
  return rowsOf(device, { ipAddress: '10.20.0.1', knowsDualStack: true, ...place });
};

test('takes certain values, both rates of a bandwidth, in the order of a record', () => {
  const rows = rowsOfText('IP: 10.20.0.7\nModel: HG8245Hv5\nBandwidth: 300/100');
  assert.deepEqual(
    rows.map(({ field }) => field),
    ['model', 'ipAddress', 'bandwidth'],
  );
  assert.deepEqual(valuesOf(rows, new Map()), {
    model: 'HG8245Hv5',
    ipAddress: '10.20.0.7',
    downKbps: '300000',
    upKbps: '100000',
  });
});

test('takes an uncertain value only as it was chosen', () => {
  const rows = rowsOfText('IP: 10.20.0.7\nIP: 10.20.0.8');
  assert.deepEqual(valuesOf(rows, new Map()), {});
  assert.deepEqual(valuesOf(rows, new Map([['ipAddress', 1]])), { ipAddress: '10.20.0.8' });
});

const dual = 'IP: 10.20.0.7, 2a02:908::7\nDelegated prefix: 2a02:908:4b00:7f00::/56';

test('takes both addresses and the prefix of a dual-stack device', () => {
  const rows = rowsOfText(dual);
  assert.deepEqual(valuesOf(rows, new Map()), {
    ipAddress: '10.20.0.7',
    ipv6Address: '2a02:908::7',
    ipv6Prefix: '2a02:908:4b00:7f00::/56',
  });
  assert.deepEqual(
    rows.map(({ field }) => field),
    ['ipAddress', 'ipv6Address', 'ipv6Prefix'],
  );
});

test('an IPv6 address alone goes beside an IPv4 address, or replaces an IPv6 address', () => {
  const valuesIn = (ipAddress: string) =>
    valuesOf(rowsOfText('IP: 2a02:908::7', { ipAddress }), new Map());
  assert.deepEqual(valuesIn('10.20.0.1'), { ipv6Address: '2a02:908::7' });
  for (const address of ['2a02:908::1', ''])
    assert.deepEqual(valuesIn(address), { ipAddress: '2a02:908::7' });
});

test('before the desk knows dual-stack values it takes the address of an IPv6-only device', () => {
  const valuesOfText = (text: string) =>
    valuesOf(rowsOfText(text, { knowsDualStack: false }), new Map());
  assert.deepEqual(valuesOfText(dual), { ipAddress: '10.20.0.7' });
  assert.deepEqual(valuesOfText('IP: 2a02:908::7'), { ipAddress: '2a02:908::7' });
});

test('a record has lines, tabs or braces; one value has none', () => {
  for (const text of ['a\nb', 'a\tb', '{"a":1}']) assert.equal(isRecord(text), true, text);
  for (const text of ['HG8245Hv5', ' 10.20.0.7 \n', '300/100'])
    assert.equal(isRecord(text), false, text);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readDeviceText } from '@cpe-desk/contract';
import { isRecord, rowsOf, valuesOf } from './read-rows.ts';

const olt = { manufacturer: null, ports: null };
const rowsOfText = (text: string) => {
  const [device] = readDeviceText(text, { olt, recorded: null }).devices;
  assert.ok(device);
  return rowsOf(device);
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

test('takes an IPv6 address where the device has no IPv4 address', () => {
  const both = rowsOfText('IP: 10.20.0.7, 2a02:908::7');
  assert.deepEqual(valuesOf(both, new Map()), { ipAddress: '10.20.0.7' });
  assert.deepEqual(valuesOf(rowsOfText('IP: 2a02:908::7'), new Map()), {
    ipAddress: '2a02:908::7',
  });
});

test('a record has lines, tabs or braces; one value has none', () => {
  for (const text of ['a\nb', 'a\tb', '{"a":1}']) assert.equal(isRecord(text), true, text);
  for (const text of ['HG8245Hv5', ' 10.20.0.7 \n', '300/100'])
    assert.equal(isRecord(text), false, text);
});

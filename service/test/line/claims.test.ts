import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sampleCpe as cpe } from '../../../contract/test/support/sample-cpe.ts';
import { claimsOf } from '../../src/line/claims.ts';

test('a CPE claims its address, its port on its OLT, its serial number and its MAC', () => {
  assert.deepEqual(claimsOf(cpe, 'olt-1'), [
    { kind: 'ip-address', value: '10.20.0.7' },
    { kind: 'port', value: 'olt-1|0/1/3:12' },
    { kind: 'serial-number', value: 'HWTC1A2B3C4D' },
    { kind: 'mac-address', value: '3c:15:fb:00:12:34' },
  ]);
});

test('two spellings of a value are one claim', () => {
  const other = {
    ...cpe,
    ipAddress: ' 10.20.0.7',
    port: 'gpon-onu_0/1/3:12',
    serialNumber: '485754431a2b3c4d',
    macAddress: '3C-15-FB-00-12-34',
  };
  assert.deepEqual(claimsOf(other, 'olt-1'), claimsOf(cpe, 'olt-1'));
  assert.deepEqual(claimsOf({ ...cpe, ipAddress: 'FD00:0:0::7' }, null)[0], {
    kind: 'ip-address',
    value: 'fd00::7',
  });
});

test('a maker’s serial number is one claim in each spelling, whatever the model', () => {
  const claimed = (serialNumber: string) =>
    claimsOf({ ...cpe, serialNumber }, null).filter(({ kind }) => kind === 'serial-number');
  for (const text of ['FGL2231A1BC', ' fgl2231a1bc ', 'Fgl2231A1bc'])
    assert.deepEqual(claimed(text), [{ kind: 'serial-number', value: 'FGL2231A1BC' }]);
  for (const text of ['unknown', 'n/a', '0000000', 'not on the label'])
    assert.deepEqual(claimed(text), [], text);
});

test('a port on another OLT is another claim; without an OLT a port is not claimed', () => {
  assert.notDeepEqual(claimsOf(cpe, 'olt-1'), claimsOf(cpe, 'olt-2'));
  const kinds = claimsOf(cpe, null).map(({ kind }) => kind);
  assert.deepEqual(kinds, ['ip-address', 'serial-number', 'mac-address']);
});

test('a value that is unknown or breaks a rule is not claimed', () => {
  const wrong = {
    ...cpe,
    ipAddress: '192.0.2.7',
    port: 'n/a',
    serialNumber: 'HWTC00000000',
    macAddress: null,
  };
  assert.deepEqual(claimsOf(wrong, 'olt-1'), []);
});

test('an IPv6 address is one claim, whichever field holds it; a prefix is a claim', () => {
  const dual = { ...cpe, ipv6Address: '2A02:908::7', ipv6Prefix: '2a02:908:1:0::/56' };
  assert.deepEqual(claimsOf(dual, null), [
    { kind: 'ip-address', value: '10.20.0.7' },
    { kind: 'ip-address', value: '2a02:908::7' },
    ...claimsOf(cpe, null).slice(1),
    { kind: 'ipv6-prefix', value: '2a02:908:1::/56' },
  ]);
  const twice = { ...cpe, ipAddress: '2a02:908::7', ipv6Address: '2a02:908:0::7' };
  assert.deepEqual(claimsOf(twice, null)[0], { kind: 'ip-address', value: '2a02:908::7' });
  assert.equal(claimsOf(twice, null).length, claimsOf(cpe, null).length);
  const none = { ...cpe, ipv6Address: null, ipv6Prefix: '2a02:908::1/56' };
  assert.deepEqual(claimsOf(none, null), claimsOf(cpe, null));
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { networkOfClient, plainAddress } from '../../../src/platform/http/client-address.ts';

test('an address has one form, without port, brackets, zone or mapping', () => {
  for (const [given, plain] of [
    ['203.0.113.3', '203.0.113.3'],
    ['203.0.113.3:40001', '203.0.113.3'],
    ['2001:DB8:0:0::1', '2001:db8::1'],
    ['[2001:db8::1]', '2001:db8::1'],
    ['[2001:db8:1:3::1]:5000', '2001:db8:1:3::1'],
    ['::ffff:203.0.113.3', '203.0.113.3'],
    ['[::FFFF:cb00:7103]:443', '203.0.113.3'],
    ['fe80::1%eth0', 'fe80::1'],
  ] as const)
    assert.equal(plainAddress(given), plain, given);
});

test('text that is not an address has no form', () => {
  for (const text of [
    '',
    'zz1',
    'unknown',
    '_proxy',
    '300.1.1.1',
    '203.0.113.3:x',
    '[203.0.113.3',
    '1:2',
  ])
    assert.equal(plainAddress(text), undefined, text);
});

test('an IPv6 client is its /64', () => {
  for (const [address, network] of [
    ['203.0.113.3', '203.0.113.3'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:db8:1:2::1', '2001:db8:1:2'],
    ['2001:db8::1', '2001:db8:0:0'],
    ['::1', '0:0:0:0'],
  ] as const)
    assert.equal(networkOfClient(address), network, address);
});

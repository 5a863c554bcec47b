import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isPrefix, parseIpAddress } from './ip-address.ts';

const outcome = (text: string, prefixes?: string[]) => {
  const parsed = parseIpAddress(text, prefixes);
  return parsed.ok ? parsed.value : parsed.code;
};

test('public, private and shared (CGNAT) addresses are accepted', () => {
  for (const text of ['8.8.8.8', '10.20.0.7', '172.16.0.1', '192.168.1.1', '100.64.0.1', '1.0.0.0'])
    assert.equal(outcome(text), text);
  assert.equal(outcome('  10.20.0.7\t'), '10.20.0.7');
});

test('IPv6 is spelled as RFC 5952 says', () => {
  for (const [text, canonical] of [
    ['2A02:0:0:0:0:0:0:1', '2a02::1'],
    ['2a02:0db9:0000:0000:0001:0000:0000:0001', '2a02:db9::1:0:0:1'],
    ['2a02:db9:0:1:1:1:1:1', '2a02:db9:0:1:1:1:1:1'],
    ['FD00::00a1', 'fd00::a1'],
    ['2a02::1:0:0:0:0', '2a02:0:0:1::'],
    ['2a02:db9::192.0.2.33', '2a02:db9::c000:221'],
  ] as const)
    assert.equal(outcome(text), canonical, text);
});

test('what is not strictly an address is refused', () => {
  for (const text of [
    '10.0.0.256',
    '010.1.1.1',
    '10.1.1',
    '10.1.1.1.',
    '10.1.1.1/24',
    '0x0a.1.1.1',
    '1e1.1.1.1',
    '167772161',
    '10.1.1.-1',
    '10. 1.1.1',
    '٣.1.1.1',
    '2a02::1::2',
    '2a02::1%eth0',
    '[2a02::1]',
    '2a02:::1',
    '12345::',
    'localhost',
    '',
  ])
    assert.equal(outcome(text), 'not-an-address', text);
});

/** Blocks of the IANA special-purpose registries, first and last address, and their neighbours outside where those are usable. */
const special = [
  ['0.0.0.0', '0.255.255.255', undefined, '1.0.0.0'],
  ['127.0.0.0', '127.255.255.255', '126.255.255.255', '128.0.0.0'],
  ['169.254.0.0', '169.254.255.255', '169.253.255.255', '169.255.0.0'],
  ['192.0.0.0', '192.0.0.255', '191.255.255.255', '192.0.1.0'],
  ['192.0.2.0', '192.0.2.255', '192.0.1.255', '192.0.3.0'],
  ['192.88.99.0', '192.88.99.255', '192.88.98.255', '192.88.100.0'],
  ['198.18.0.0', '198.19.255.255', '198.17.255.255', '198.20.0.0'],
  ['198.51.100.0', '198.51.100.255', '198.51.99.255', '198.51.101.0'],
  ['203.0.113.0', '203.0.113.255', '203.0.112.255', '203.0.114.0'],
  ['224.0.0.0', '239.255.255.255', '223.255.255.255', undefined],
  ['240.0.0.0', '255.255.255.255', undefined, undefined],
  ['::', '1fff:ffff::', undefined, '2003::1'],
  ['2001:db8::', '2001:db8:ffff:ffff:ffff:ffff:ffff:ffff', '2001:db7:ffff::1', '2001:db9::1'],
  ['2001::', '2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff', undefined, '2001:200::1'],
  ['2002::', '2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff', '2001:ffff::1', '2003::1'],
  ['3fff::', '3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff', '3ffe:ffff::1', '3fff:1000::1'],
  ['4000::', 'fbff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', '3fff:ffff::1', 'fc00::1'],
  ['fe00::', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', 'fdff:ffff::1', undefined],
] as const;

test('special-purpose blocks are no place for a host, from their first address to their last', () => {
  for (const [first, last, before, after] of special) {
    for (const text of [first, last]) assert.equal(outcome(text), 'not-a-host-address', text);
    for (const text of [before, after]) if (text) assert.equal(outcome(text), text);
  }
  for (const text of ['::ffff:10.0.0.1', '::ffff:8.8.8.8', '::1', 'fe80::1', 'ff02::1', '64:ff9b::808:808'])
    assert.equal(outcome(text), 'not-a-host-address', text);
});

test('with allowed prefixes an address lies in one of them, and is not its network or broadcast address', () => {
  const prefixes = ['10.20.0.0/16', '10.30.0.0/31', 'fd00:1::/64'];
  for (const [text, expected] of [
    ['10.20.0.1', '10.20.0.1'],
    ['10.20.255.254', '10.20.255.254'],
    ['10.20.0.0', 'not-a-host-address'],
    ['10.20.255.255', 'not-a-host-address'],
    ['10.21.0.1', 'outside-allowed-prefixes'],
    ['10.30.0.0', '10.30.0.0'],
    ['10.30.0.1', '10.30.0.1'],
    ['fd00:1::1', 'fd00:1::1'],
    ['fd00:1::', 'not-a-host-address'],
    ['fd00:2::1', 'outside-allowed-prefixes'],
  ] as const)
    assert.equal(outcome(text, prefixes), expected, text);
});

test('a prefix of the configuration is CIDR', () => {
  for (const text of ['10.0.0.0/8', 'fd00::/8', '10.0.0.1/32']) assert.ok(isPrefix(text), text);
  for (const text of ['10.0.0.0', '10.0.0.0/33', 'fd00::/129', 'ten/8', '']) assert.ok(!isPrefix(text), text);
});

const anyAddress = fc.oneof(fc.ipV4(), fc.ipV6(), fc.ipV4Extended(), fc.string());

test('whatever comes: nothing throws, and what is accepted is accepted again, unchanged', () => {
  fc.assert(
    fc.property(anyAddress, (text) => {
      const once = parseIpAddress(text);
      if (once.ok) assert.deepEqual(parseIpAddress(once.value), once);
    }),
    { numRuns: 2000 },
  );
});

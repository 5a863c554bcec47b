import assert from 'node:assert/strict';
import { BlockList, isIP, isIPv4 } from 'node:net';
import { test } from 'node:test';
import fc from 'fast-check';
import { isPrefix, networkOf, parseIpAddress } from '../src/fields/ip-address.ts';
import { anyText } from './support/any-text.ts';

const outcome = (text: string, prefixes?: string[]) => {
  const parsed = parseIpAddress(text, prefixes);
  return parsed.ok ? parsed.value : parsed.code;
};

test('public, private and shared (CGNAT) addresses are accepted', () => {
  for (const text of ['8.8.8.8', '10.20.0.7', '172.16.0.1', '192.168.1.1', '100.64.0.1', '1.0.0.0'])
    assert.equal(outcome(text), text);
  assert.equal(outcome('  10.20.0.7\t'), '10.20.0.7');
});

test('IPv6 has the spelling of RFC 5952', () => {
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

test('text that is not strictly an address is refused', () => {
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
    '2a02::00001',
    '2a02::010.1.1.1',
    '2a02::0x1.1.1.1',
    '2a02::1.1.1',
    'localhost',
    '',
  ])
    assert.equal(outcome(text), 'not-an-address', text);
});

/**
 * Every refused block of the IANA special-purpose registries and RFC 4291: first and last address,
 * and the usable neighbours outside.
 */
const special = [
  ['0.0.0.0', '0.255.255.255', undefined, '1.0.0.0'],
  ['127.0.0.0', '127.255.255.255', '126.255.255.255', '128.0.0.0'],
  ['169.254.0.0', '169.254.255.255', '169.253.255.255', '169.255.0.0'],
  ['192.0.0.0', '192.0.0.255', '191.255.255.255', '192.0.1.0'],
  ['192.0.2.0', '192.0.2.255', '192.0.1.255', '192.0.3.0'],
  ['192.31.196.0', '192.31.196.255', '192.31.195.255', '192.31.197.0'],
  ['192.52.193.0', '192.52.193.255', '192.52.192.255', '192.52.194.0'],
  ['192.88.99.0', '192.88.99.255', '192.88.98.255', '192.88.100.0'],
  ['192.175.48.0', '192.175.48.255', '192.175.47.255', '192.175.49.0'],
  ['198.18.0.0', '198.19.255.255', '198.17.255.255', '198.20.0.0'],
  ['198.51.100.0', '198.51.100.255', '198.51.99.255', '198.51.101.0'],
  ['203.0.113.0', '203.0.113.255', '203.0.112.255', '203.0.114.0'],
  ['224.0.0.0', '239.255.255.255', '223.255.255.255', undefined],
  ['240.0.0.0', '255.255.255.255', undefined, undefined],
  ['::', '1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', undefined, '2000::'],
  [
    '2001::',
    '2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff',
    '2000:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
    '2001:200::',
  ],
  [
    '2001:db8::',
    '2001:db8:ffff:ffff:ffff:ffff:ffff:ffff',
    '2001:db7:ffff:ffff:ffff:ffff:ffff:ffff',
    '2001:db9::',
  ],
  [
    '2002::',
    '2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
    '2001:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
    '2003::',
  ],
  [
    '2620:4f:8000::',
    '2620:4f:8000:ffff:ffff:ffff:ffff:ffff',
    '2620:4f:7fff:ffff:ffff:ffff:ffff:ffff',
    '2620:4f:8001::',
  ],
  [
    '3fff::',
    '3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff',
    '3ffe:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
    '3fff:1000::',
  ],
  [
    '4000::',
    'fbff:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
    '3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
    'fc00::',
  ],
  [
    'fe00::',
    'fe7f:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
    'fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
    undefined,
  ],
  ['fe80::', 'febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff', undefined, undefined],
  ['fec0::', 'feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', undefined, undefined],
  ['ff00::', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', undefined, undefined],
] as const;

test('every address of a special-purpose block is refused', () => {
  for (const [first, last, before, after] of special) {
    for (const text of [first, last]) assert.equal(outcome(text), 'not-a-host-address', text);
    for (const text of [before, after]) if (text) assert.equal(outcome(text), text);
  }
});

test('a mapped, translated or well-known address is refused', () => {
  for (const text of [
    '127.0.0.1',
    '224.0.0.1',
    '192.0.2.7',
    '255.255.255.255',
    '::1',
    '::ffff:10.0.0.1',
    '::ffff:8.8.8.8',
    '::10.0.0.1',
    '64:ff9b::808:808',
    '64:ff9b:1::1',
    '100::1',
    '5f00::1',
    'fe80::1',
    'ff02::1',
  ])
    assert.equal(outcome(text), 'not-a-host-address', text);
});

test('the network of a host address is its /24 or /64', () => {
  for (const [text, expected] of [
    ['10.20.3.77', '10.20.3.0/24'],
    ['fd5e:c0de:0:2::9', 'fd5e:c0de:0:2::/64'],
    ['127.0.0.1', undefined],
    ['10.20.3', undefined],
  ] as const)
    assert.equal(networkOf(text), expected, text);
});

test('an address is in an allowed prefix, and not its network or broadcast address', () => {
  const prefixes = [
    '10.20.0.0/16',
    '10.30.0.0/31',
    '10.40.0.0/30',
    '10.50.0.0/32',
    'fd00:1::/64',
    'fd00:3::/127',
  ];
  for (const [text, expected] of [
    ['10.20.0.1', '10.20.0.1'],
    ['10.20.255.254', '10.20.255.254'],
    ['10.20.0.0', 'not-a-host-address'],
    ['10.20.255.255', 'not-a-host-address'],
    ['10.21.0.1', 'outside-allowed-prefixes'],
    ['10.30.0.0', '10.30.0.0'],
    ['10.30.0.1', '10.30.0.1'],
    ['10.40.0.0', 'not-a-host-address'],
    ['10.40.0.1', '10.40.0.1'],
    ['10.40.0.3', 'not-a-host-address'],
    ['10.40.0.4', 'outside-allowed-prefixes'],
    ['10.50.0.0', '10.50.0.0'],
    ['fd00:1::ffff:ffff:ffff:ffff', 'fd00:1::ffff:ffff:ffff:ffff'],
    ['fd00:3::', 'fd00:3::'],
    ['fd00:1::1', 'fd00:1::1'],
    ['fd00:1::', 'not-a-host-address'],
    ['fd00:2::1', 'outside-allowed-prefixes'],
  ] as const)
    assert.equal(outcome(text, prefixes), expected, text);
});

test('overlapping prefixes each exclude their network and broadcast address', () => {
  const prefixes = ['10.0.0.0/8', '10.20.0.0/16'];
  for (const text of ['10.0.0.0', '10.255.255.255', '10.20.0.0', '10.20.255.255'])
    assert.equal(outcome(text, prefixes), 'not-a-host-address', text);
  for (const text of ['10.19.255.255', '10.21.0.0', '10.20.0.1'])
    assert.equal(outcome(text, prefixes), text);
});

test('a configured prefix is a whole address and a length', () => {
  for (const text of ['10.0.0.0/8', 'fd00::/8', '10.0.0.1/32', '0.0.0.0/0', '2a02::/128'])
    assert.ok(isPrefix(text), text);
  for (const text of [
    '10.0.0.0',
    '10.0.0.0/33',
    '10.0.0.0/',
    '10.0.0.0/-1',
    '10/8',
    '10.1/16',
    '010.0.0.0/8',
    '0x0a.0.0.0/8',
    '167772160/8',
    'fd00::/129',
    'fd00::%eth0/8',
    'ten/8',
    '',
  ])
    assert.ok(!isPrefix(text), text);
});

/** Random addresses, with many at the edges of the blocks above. */
const part = fc.oneof(
  fc.integer({ min: 0, max: 255 }),
  fc.constantFrom(0, 127, 169, 192, 198, 203, 224, 254, 255),
);
const ipv4 = fc.array(part, { minLength: 4, maxLength: 4 }).map((parts) => parts.join('.'));
const edges = special
  .flatMap(([first, last]) => `${first}:${last}`.split(':'))
  .filter((text) => /^[0-9a-f]{1,4}$/.test(text));
const hextet = fc.oneof(
  fc.constantFrom('0', '00', '0000', '1', 'A', ...edges),
  fc.integer({ min: 0, max: 0xffff }).map((n) => n.toString(16)),
);
const first = fc.oneof(
  fc.constantFrom('2001', '2002', '2003', '2620', '2A02', '3fff', 'fd00'),
  hextet,
);
const ipv6 = fc
  .tuple(first, fc.array(hextet, { minLength: 7, maxLength: 7 }))
  .map(([head, tail]) => [head, ...tail].join(':'));
const embedding = fc
  .tuple(ipv6, ipv4)
  .map(([text, last]) => [...text.split(':').slice(0, 6), last].join(':'));
const anyAddress = fc.oneof(ipv4, ipv6, embedding, fc.ipV4(), fc.ipV6());
/** An address with a typing error: a character missing, added or replaced. */
const mistyped = fc
  .tuple(anyAddress, fc.nat({ max: 40 }), fc.constantFrom(...'0159afgxX:.%/ -', ''), fc.boolean())
  .map(
    ([text, at, typed, replaces]) =>
      text.slice(0, at) + typed + text.slice(at + (replaces ? 1 : 0)),
  );

const blocks = new BlockList();
for (const [first, last] of special) blocks.addRange(first, last, isIPv4(first) ? 'ipv4' : 'ipv6');

/**
 * The expected verdict, from Node and from the URL standard's spelling of IPv6, which is RFC
 * 5952's.
 */
const expected = (text: string): string => {
  const family = isIP(text);
  if (family === 0 || text.includes('%')) return 'not-an-address';
  if (blocks.check(text, family === 4 ? 'ipv4' : 'ipv6')) return 'not-a-host-address';
  return family === 4 ? text : new URL(`http://[${text}]/`).hostname.slice(1, -1);
};

test('every address has the verdict and spelling of Node’s functions', () => {
  const text = fc.oneof(anyAddress, mistyped, anyText);
  fc.assert(
    fc.property(text, (given) => assert.equal(outcome(given), expected(given.trim()))),
    { numRuns: 5000 },
  );
});

test('no input throws, and an accepted value is accepted again unchanged', () => {
  fc.assert(
    fc.property(fc.oneof(anyAddress, mistyped, fc.ipV4Extended(), anyText), (text) => {
      const once = parseIpAddress(text);
      if (once.ok) assert.deepEqual(parseIpAddress(once.value), once);
      parseIpAddress(text, ['10.0.0.0/8', 'fd00::/8']);
      isPrefix(text);
    }),
    { numRuns: 1000 },
  );
});

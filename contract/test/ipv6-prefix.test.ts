import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseIpv6Prefix } from '../src/fields/ipv6-prefix.ts';

const canonicalOrCode = (text: string, allowed?: string[]): string => {
  const parsed = parseIpv6Prefix(text, allowed);
  return parsed.ok ? parsed.value : parsed.code;
};

test('a delegated prefix has the form of RFC 5952 and a length from 32 to 64', () => {
  for (const [text, value] of [
    ['2a02:908:4b00:7f00::/56', '2a02:908:4b00:7f00::/56'],
    [' 2A02:0908:4B00:7F00:0000:0000:0000:0000/56 ', '2a02:908:4b00:7f00::/56'],
    ['2a02:908:0:0:0:0:0:0/64', '2a02:908::/64'],
    ['2a02:908::/32', '2a02:908::/32'],
    ['2a02:908:0:1::/64', '2a02:908:0:1::/64'],
    ['fd00:1::/48', 'fd00:1::/48'],
  ] as const)
    assert.equal(canonicalOrCode(text), value, text);
});

test('any other text is no prefix', () => {
  for (const text of [
    '2a02:908::',
    '2a02:908::/31',
    '2a02:908::/65',
    '2a02:908::/128',
    '2a02:908::/',
    '2a02:908::/56/56',
    '2a02:908::/5e',
    '10.0.0.0/40',
    '::ffff:10.0.0.0/40',
    '2a02:908::%eth0/56',
    'fe80::/64',
    'ff00::/32',
    '2001:db8::/32',
    '2001:db8:1::/48',
    '2002:a00::/32',
    '2620:4f::/32',
    '::/32',
    '4000::/32',
    '',
  ])
    assert.equal(canonicalOrCode(text), 'not-a-prefix', text);
});

test('a prefix with host bits is refused with the prefix that they are in', () => {
  const parsed = parseIpv6Prefix('2a02:908:4b00:7f01::/56');
  assert.ok(!parsed.ok && parsed.code === 'not-a-prefix');
  assert.match(
    parsed.detail,
    /^Give 2a02:908:4b00:7f00::\/56, .* the bits after \/56 must be zero$/,
  );
});

test('a prefix is inside an allowed prefix as a whole', () => {
  const allowed = ['10.0.0.0/8', '2a02:908::/40'];
  assert.equal(canonicalOrCode('2a02:908::/56', allowed), '2a02:908::/56');
  assert.equal(canonicalOrCode('2a02:908::/40', allowed), '2a02:908::/40');
  assert.equal(canonicalOrCode('2a02:908::/32', allowed), 'outside-allowed-prefixes');
  assert.equal(canonicalOrCode('2a02:909::/56', allowed), 'outside-allowed-prefixes');
});

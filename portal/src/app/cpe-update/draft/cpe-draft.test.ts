import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Cpe, CpeFacts } from '@cpe-desk/contract';
import fc from 'fast-check';
import { sampleCpe as cpe } from '../../../../../contract/test/support/sample-cpe.ts';
import {
  byField,
  changedDraftFields,
  conflictRows,
  cpeOf,
  draftErrors,
  draftFields,
  draftOf,
  readKbps,
  resolveConflict,
  saidValues,
  settleField,
} from './cpe-draft.ts';

const facts: CpeFacts = {
  accessType: 'GPON',
  oltManufacturer: null,
  oltPorts: null,
  allowedPrefixes: [],
  model: undefined,
};
const draft = draftOf(cpe);

test('a CPE that nobody touches comes out as it went in', () => {
  assert.deepEqual(cpeOf(draft), cpe);
  assert.deepEqual(changedDraftFields(draft, cpe), []);
});

test('thousands may be set apart as people do; what is no number is said to be none', () => {
  for (const text of ['300000', '300 000', '300,000', "300'000", '300_000'])
    assert.equal(cpeOf({ ...draft, downKbps: text }).bandwidth.downKbps, 300_000, text);
  for (const text of ['', 'fast', '3e5', '0x10'])
    assert.match(
      draftErrors({ ...draft, downKbps: text }, facts).downKbps ?? '',
      /whole number/,
      text,
    );
});

test('another spelling is no change, another value is; down and up are compared alone', () => {
  assert.deepEqual(
    changedDraftFields({ ...draft, port: 'gpon-onu_0/1/3:12', model: 'hg8245hV5' }, cpe),
    [],
  );
  assert.deepEqual(changedDraftFields({ ...draft, upKbps: '1000' }, cpe), ['upKbps']);
  assert.deepEqual(changedDraftFields({ ...draft, serialNumber: '' }, cpe), ['serialNumber']);
});

test('a field that is left is spelled canonically; the others, and what has no spelling, stay', () => {
  const typed = {
    ...draft,
    port: '0/1/3/13',
    ipAddress: 'FD00::0:1',
    downKbps: '1 000',
    macAddress: 'nonsense',
  };
  assert.equal(settleField(typed, 'port').port, '0/1/3:13');
  assert.equal(settleField(typed, 'port').ipAddress, 'FD00::0:1');
  assert.equal(settleField(typed, 'downKbps').downKbps, '1000');
  assert.equal(settleField(typed, 'macAddress').macAddress, 'nonsense');
  assert.equal(settleField({ ...draft, upKbps: 'fast' }, 'upKbps').upKbps, 'fast');
});

test('leaving a field twice changes nothing more, whatever was typed', () => {
  const anything = fc.oneof(
    fc.string(),
    fc.constantFrom('0/1/3/12', '1 000', 'AA-BB-CC-DD-EE-FF', '::FFFF:1.2.3.4'),
  );
  fc.assert(
    fc.property(fc.constantFrom(...draftFields), anything, (field, text) => {
      const once = settleField({ ...draft, [field]: text }, field);
      assert.deepEqual(settleField(once, field), once);
    }),
  );
});

const dual = { ...cpe, ipv6Address: '2a02:908::7', ipv6Prefix: '2a02:908:4b00:7f00::/56' };

test('dual-stack values come out as they went in; a request says that there are none', () => {
  assert.deepEqual(cpeOf(draftOf(dual)), dual);
  assert.deepEqual(changedDraftFields({ ...draftOf(dual), ipv6Prefix: ' ' }, dual), ['ipv6Prefix']);
  assert.deepEqual(saidValues(cpe, true), { ...cpe, ipv6Address: null, ipv6Prefix: null });
  assert.deepEqual(saidValues(dual, true), dual);
  assert.deepEqual(saidValues(cpe, false), cpe, 'an older desk refuses the members');
});

test('several addresses that are typed into one field go into their own', () => {
  const settled = (ipAddress: string, knowsDualStack = true) => {
    const typed = settleField({ ...draft, ipAddress }, 'ipAddress', undefined, knowsDualStack);
    return [typed.ipAddress, typed.ipv6Address, typed.ipv6Prefix];
  };
  assert.deepEqual(settled('10.20.0.7, 2A02:908::7'), ['10.20.0.7', '2a02:908::7', '']);
  assert.deepEqual(settled('2a02:908::7/64 2a02:908:4b00::/48'), [
    '2a02:908::7',
    '',
    '2a02:908:4b00::/48',
  ]);
  const other = settleField(
    { ...draft, ipv6Address: '10.20.0.9 2a02:908::9' },
    'ipv6Address',
    undefined,
    true,
  );
  assert.deepEqual([other.ipAddress, other.ipv6Address], ['10.20.0.9', '2a02:908::9']);
  assert.deepEqual(
    settled('10.20.0.7, 2a02:908::7', false),
    ['10.20.0.7', '', ''],
    'the other field is not shown',
  );
  for (const text of ['10.20.0.7 10.20.0.8', '2a02:908:4b00:7f00::/56'])
    assert.deepEqual(settled(text), [text, '', ''], 'no certain meaning');
  assert.match(
    draftErrors({ ...draft, ipAddress: '2a02:908:4b00::/48' }, facts).ipAddress ?? '',
    /prefix is a field of its own/,
  );
});

test('a rate with a unit is settled in kbit/s, a pair in both fields, whichever it was typed into', () => {
  assert.equal(settleField({ ...draft, downKbps: '1 Gbps' }, 'downKbps').downKbps, '1000000');
  for (const field of ['downKbps', 'upKbps'] as const) {
    const { downKbps, upKbps } = settleField({ ...draft, [field]: '300/150' }, field);
    assert.deepEqual([downKbps, upKbps], ['300000', '150000']);
  }
});

test('a rate has a unit; without one it is kbit/s', () => {
  const rates: [string, number][] = [
    ['100000', 100_000],
    ['100,000', 100_000],
    ['2 488 320', 2_488_320],
    ['100M', 100_000],
    ['100 Mbps', 100_000],
    ['100 Mbit/s', 100_000],
    ['1 Gbps', 1_000_000],
    ['1.5g', 1_500_000],
    ['1,5G', 1_500_000],
    ['0.1G', 100_000],
    ['512k', 512],
    ['512 kb/s', 512],
    ['-5', -5],
  ];
  for (const [text, kbps] of rates) assert.equal(readKbps(text), kbps, text);
});

test('a text that is no rate is none, and without a unit a comma is no decimal mark', () => {
  for (const text of [
    '',
    'fast',
    '1,5',
    '1e5',
    '0x10',
    '1..5',
    '100/50',
    '1,0000',
    '1_0000',
    '-5M',
  ])
    assert.equal(readKbps(text), Number.NaN, text);
});

test('a pair is down and up; without a unit it is Mbit/s, as plans are named', () => {
  const settled = (text: string) => {
    const { downKbps, upKbps } = settleField({ ...draft, downKbps: text }, 'downKbps');
    return [downKbps, upKbps];
  };
  assert.deepEqual(settled('100/50 Mbps'), ['100000', '50000']);
  assert.deepEqual(settled('1G/500M'), ['1000000', '500000']);
  assert.deepEqual(settled('100 Mbit/s / 50 Mbit/s'), ['100000', '50000']);
  assert.deepEqual(settled('2048k/512k'), ['2048', '512']);
  for (const text of ['100/', '/50', '1/2/3', 'a/b', '-1/5'])
    assert.deepEqual(settled(text), [text, draft.upKbps], text);
});

test('an ambiguous rate stays as typed, and its field names both readings', () => {
  const ambiguous: [string, RegExp][] = [
    ['1.000 Mbit/s', /: 1 Mbit\/s or 1,000 Mbit\/s\./],
    ['1,000M', /: 1 Mbit\/s or 1,000 Mbit\/s\./],
    ['100.000', /: 100 kbit\/s or 100 Mbit\/s\./],
    ['1.000/500', /: 1 Mbit\/s down, 500 Mbit\/s up or 1,000 Mbit\/s down, 500 Mbit\/s up\./],
  ];
  for (const [text, readings] of ambiguous) {
    const typed = { ...draft, downKbps: text };
    assert.deepEqual(settleField(typed, 'downKbps'), typed, text);
    assert.equal(readKbps(text), Number.NaN, text);
    assert.match(draftErrors(typed, facts).downKbps ?? '', readings, text);
  }
});

const now: Cpe = { ...cpe, ipAddress: '10.20.0.8', bandwidth: { downKbps: 64, upKbps: 64 } };
const mine = { ...draft, ipAddress: '10.20.0.9', upKbps: '20000' };

test('after others changed the CPE, what either side changed is in question, and nothing else', () => {
  assert.deepEqual(
    conflictRows(mine, cpe, now).map(({ field, opened, now, wanted, usual }) => [
      field,
      opened,
      now,
      wanted,
      usual,
    ]),
    [
      ['ipAddress', cpe.ipAddress, '10.20.0.8', '10.20.0.9', 'mine'],
      ['downKbps', '100000', '64', '100000', 'theirs'],
      ['upKbps', '50000', '64', '20000', 'mine'],
    ],
  );
});

test('a field on which both sides agree by now is in no conflict', () => {
  const agreed = { ...now, ipAddress: '10.20.0.9' };
  const fields = conflictRows(mine, cpe, agreed).map(({ field }) => field);
  assert.deepEqual(fields, ['downKbps', 'upKbps']);
  assert.deepEqual(conflictRows(draftOf(now), cpe, now), []);
});

test('without a choice each side keeps what it changed; a choice holds for its field alone', () => {
  const usual = { ...draftOf(now), ipAddress: '10.20.0.9', upKbps: '20000' };
  assert.deepEqual(resolveConflict(mine, cpe, now, {}), usual);
  assert.deepEqual(resolveConflict(mine, cpe, now, { ipAddress: 'theirs', downKbps: 'mine' }), {
    ...usual,
    ipAddress: '10.20.0.8',
    downKbps: '100000',
  });
});

test('findings of the rules and of the service find their fields', () => {
  const findings = [
    { pointer: '/new/bandwidth/downKbps', code: 'too-low', detail: 'first' },
    { pointer: '/new/bandwidth/downKbps', code: 'too-low', detail: 'second' },
    { pointer: '/port', code: 'not-a-port', detail: 'third' },
    { pointer: '/reason', code: 'too-long', detail: 'not a field' },
  ];
  assert.deepEqual(byField(findings), { downKbps: 'first', port: 'third' });
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Cpe, CpeFacts } from '@cpe-desk/contract';
import fc from 'fast-check';
import { sampleCpe as cpe } from '../../../../contract/src/testing/sample-cpe.ts';
import {
  byField,
  changedDraftFields,
  cpeOf,
  draftErrors,
  draftFields,
  draftOf,
  mergeDraft,
  normaliseField,
} from './cpe-draft.ts';

const facts: CpeFacts = { accessType: 'GPON', oltPorts: null, allowedPrefixes: [], model: undefined };
const draft = draftOf(cpe);

test('a CPE that nobody touches comes out as it went in', () => {
  assert.deepEqual(cpeOf(draft), cpe);
  assert.deepEqual(changedDraftFields(draft, cpe), []);
});

test('thousands may be set apart as people do; what is no number is said to be none', () => {
  for (const text of ['300000', '300 000', '300,000', "300'000", '300_000'])
    assert.equal(cpeOf({ ...draft, downKbps: text }).bandwidth.downKbps, 300_000, text);
  for (const text of ['', 'fast', '3e5', '0x10'])
    assert.match(draftErrors({ ...draft, downKbps: text }, facts).downKbps ?? '', /whole number/, text);
});

test('another spelling is no change, another value is; each part of the bandwidth by itself', () => {
  assert.deepEqual(changedDraftFields({ ...draft, port: 'gpon-onu_0/1/3:12', model: 'hg8245hV5' }, cpe), []);
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
  assert.equal(normaliseField(typed, 'port').port, '0/1/3:13');
  assert.equal(normaliseField(typed, 'port').ipAddress, 'FD00::0:1');
  assert.equal(normaliseField(typed, 'downKbps').downKbps, '1000');
  assert.equal(normaliseField(typed, 'macAddress').macAddress, 'nonsense');
  assert.equal(normaliseField({ ...draft, upKbps: 'fast' }, 'upKbps').upKbps, 'fast');
});

test('leaving a field twice changes nothing more, whatever was typed', () => {
  const anything = fc.oneof(
    fc.string(),
    fc.constantFrom('0/1/3/12', '1 000', 'AA-BB-CC-DD-EE-FF', '::FFFF:1.2.3.4'),
  );
  fc.assert(
    fc.property(fc.constantFrom(...draftFields), anything, (field, text) => {
      const once = normaliseField({ ...draft, [field]: text }, field);
      assert.deepEqual(normaliseField(once, field), once);
    }),
  );
});

test('after others changed the CPE, the operator keeps just what he had changed himself', () => {
  const now: Cpe = { ...cpe, ipAddress: '10.20.0.8', bandwidth: { downKbps: 64, upKbps: 64 } };
  const mine = { ...draft, ipAddress: '10.20.0.9', upKbps: '20000' };
  assert.deepEqual(mergeDraft(mine, cpe, now), {
    ...draftOf(now),
    ipAddress: '10.20.0.9',
    upKbps: '20000',
  });
});

test('findings of the rules and of the service find their fields', () => {
  const findings = [
    { pointer: '/new/bandwidth/downKbps', detail: 'first' },
    { pointer: '/new/bandwidth/downKbps', detail: 'second' },
    { pointer: '/port', detail: 'third' },
    { pointer: '/reason', detail: 'not a field' },
  ];
  assert.deepEqual(byField(findings), { downKbps: 'first', port: 'third' });
});

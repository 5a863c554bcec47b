import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseMacAddress } from './mac-address.ts';
import { parseSerialNumber } from './serial-number.ts';

const hex = fc.constantFrom(...'0123456789abcdefABCDEF');
const digits = (length: number) => fc.string({ unit: hex, minLength: length, maxLength: length });

test('a MAC address in any usual spelling is stored in one', () => {
  for (const text of [
    '3C15FB001234',
    '3c:15:fb:00:12:34',
    '3C-15-FB-00-12-34',
    '3c15.fb00.1234',
    '3c15-fb00-1234',
    ' 3c15fb001234 ',
  ])
    assert.deepEqual(parseMacAddress(text), { ok: true, value: '3c:15:fb:00:12:34' }, text);
});

test('all zero, multicast, broadcast, and what is no MAC address are refused', () => {
  for (const text of [
    '00:00:00:00:00:00',
    'ff:ff:ff:ff:ff:ff',
    '01:00:5e:00:00:01',
    '33:33:00:00:00:01',
    '3c:15:fb:00:12',
    '3c:15:fb:00:12:34:56',
    '3c:15-fb:00:12:34',
    '3c15:fb00:1234',
    'g0:15:fb:00:12:34',
    '',
  ])
    assert.equal(parseMacAddress(text).ok, false, text);
});

test('a serial number has two spellings and one form', () => {
  for (const text of ['HWTC1A2B3C4D', 'hwtc1a2b3c4d', '485754431A2B3C4D', ' 485754431a2b3c4d'])
    assert.deepEqual(parseSerialNumber(text), { ok: true, value: 'HWTC1A2B3C4D' }, text);
});

test('placeholders and what is no serial number are refused', () => {
  for (const text of [
    'HWTC00000000',
    '4857544300000000',
    'HWT1A2B3C4D',
    'HWTC1A2B3C4',
    'HWTC1A2B3C4G',
    'H1TC1A2B3C4D',
    '001122331A2B3C4D',
    'HWTC-1A2B3C4D',
    '',
  ])
    assert.equal(parseSerialNumber(text).ok, false, text);
});

test('whatever comes: nothing throws, and what is accepted is accepted again, unchanged', () => {
  for (const parse of [parseMacAddress, parseSerialNumber]) {
    const text = fc.oneof(
      digits(12),
      digits(16),
      fc.string(),
      digits(8).map((end) => `ZTEG${end}`),
    );
    fc.assert(
      fc.property(text, (given) => {
        const once = parse(given);
        if (once.ok) assert.deepEqual(parse(once.value), once);
      }),
    );
  }
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseMacAddress } from '../src/fields/mac-address.ts';
import { parseSerialNumber } from '../src/fields/serial-number.ts';
import { anyText } from './support/any-text.ts';

const hex = fc.constantFrom(...'0123456789abcdefABCDEF');
const digits = (length: number) => fc.string({ unit: hex, minLength: length, maxLength: length });

test('every usual spelling of a MAC address has one form', () => {
  for (const text of [
    '3C15FB001234',
    '3c:15:fb:00:12:34',
    '3C-15-FB-00-12-34',
    '3c15.fb00.1234',
    '3c15-fb00-1234',
    '3c15:fb00:1234',
    '3c15fb-001234',
    '01:3c:15:fb:00:12:34',
    '1:3c:15:fb:0:12:34',
    '013c.15fb.0012.34',
    '013c15fb001234',
    '3C 15 FB 00 12 34',
    '0x3c15fb001234',
    ' 3c15fb001234 ',
  ])
    assert.deepEqual(parseMacAddress(text), { ok: true, value: '3c:15:fb:00:12:34' }, text);
});

test('all zero, multicast, broadcast and other text are refused', () => {
  for (const text of [
    '00:00:00:00:00:00',
    'ff:ff:ff:ff:ff:ff',
    '01:00:5e:00:00:01',
    '33:33:00:00:00:01',
    '3c:15:fb:00:12',
    '3c:15:fb:00:12:34:56',
    '3c:15-fb:00:12:34',
    '3c15:fb0:1234',
    '10.20.30',
    '10-20-2026',
    'g0:15:fb:00:12:34',
    '',
  ])
    assert.equal(parseMacAddress(text).ok, false, text);
});

test('each spelling of a serial number has one form', () => {
  for (const text of [
    'HWTC1A2B3C4D',
    'hwtc1a2b3c4d',
    '485754431A2B3C4D',
    ' 485754431a2b3c4d',
    'HWTC-1A2B3C4D',
    'HWTC_1A2B3C4D',
    'HWTC1A2B-3C4D',
    '4857 5443 1A2B 3C4D',
    'HWTC:1A2B:3C4D',
    '48 57 54 43 1A 2B 3C 4D',
    '0x485754431A2B3C4D',
  ])
    assert.deepEqual(parseSerialNumber(text), { ok: true, value: 'HWTC1A2B3C4D' }, text);
});

test('placeholders and other text are refused as a serial number', () => {
  for (const text of [
    'HWTC00000000',
    '4857544300000000',
    'HWT1A2B3C4D',
    'HWTC1A2B3C4',
    'HWTC1A2B3C4G',
    'H1TC1A2B3C4D',
    '001122331A2B3C4D',
    'HWTC/1A2B3C4D',
    'HWTC\ufb00112233',
    'HW\u017fC1A2B3C4D',
    '',
  ])
    assert.equal(parseSerialNumber(text).ok, false, text);
});

test('a MAC address with five spellings is valid unless it is a group or all zero', () => {
  fc.assert(
    fc.property(digits(12), (text) => {
      const pairs = text.match(/../g) ?? [];
      const fours = text.match(/..../g) ?? [];
      const canonical = pairs.join(':').toLowerCase();
      const isGroup = (Number(`0x${text.slice(0, 2)}`) & 1) === 1;
      for (const spelled of [
        text,
        pairs.join(':'),
        pairs.join('-'),
        fours.join('.'),
        fours.join('-'),
      ]) {
        const parsed = parseMacAddress(spelled);
        if (isGroup || /^0+$/.test(text))
          assert.equal(parsed.ok || parsed.code, 'not-a-mac', spelled);
        else assert.deepEqual(parsed, { ok: true, value: canonical }, spelled);
      }
    }),
  );
});

test('a serial number is the same with its vendor id in letters or in hex', () => {
  const vendor = fc.string({
    unit: fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'),
    minLength: 4,
    maxLength: 4,
  });
  fc.assert(
    fc.property(vendor, digits(8), (letters, end) => {
      fc.pre(!/^0+$/.test(end));
      const serial = { ok: true, value: letters + end.toUpperCase() };
      assert.deepEqual(parseSerialNumber(letters.toLowerCase() + end), serial);
      assert.deepEqual(parseSerialNumber(Buffer.from(letters).toString('hex') + end), serial);
    }),
  );
});

test('no input throws, and an accepted value is accepted again unchanged', () => {
  for (const parse of [parseMacAddress, parseSerialNumber]) {
    const text = fc.oneof(
      digits(12),
      digits(16),
      anyText,
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

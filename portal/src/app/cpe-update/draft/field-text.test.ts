import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settleText } from './field-text.ts';

const huawei = { manufacturer: 'Huawei', ports: null };
const nokia = { manufacturer: 'Nokia', ports: null };

test('each field takes the spellings of the reader', () => {
  for (const [field, typed, text, olt = huawei] of [
    ['serialNumber', 'HWTC:1A2B:3C4D', 'HWTC1A2B3C4D'],
    ['serialNumber', '48 57 54 43 1a 2b 3c 4d', 'HWTC1A2B3C4D'],
    ['serialNumber', '0x485754431A2B3C4D', 'HWTC1A2B3C4D'],
    ['serialNumber', ' fgl2231a1bc ', 'FGL2231A1BC'],
    ['macAddress', '6a:93:3:9a:9c:5b', '6a:93:03:9a:9c:5b'],
    ['macAddress', '01:00:e0:fc:12:34:56', '00:e0:fc:12:34:56'],
    ['ipAddress', 'FD00::0:1', 'fd00::1'],
    ['port', '0/ 1/6:2', '0/1/6:2'],
    ['port', '0/1/6 ONT 2', '0/1/6:2'],
    ['port', '1/1/5/1/7', '1/5/1:7', nokia],
    ['port', 'R1.S1.LT8.PON15.ONT44', '1/8/15:44', nokia],
  ] as const)
    assert.deepEqual(settleText(field, typed, olt), { text, notes: [] }, typed);
});

test('what is left out is named', () => {
  for (const [field, typed, text, note] of [
    ['ipAddress', '10.20.0.90/24', '10.20.0.90', /prefix length of 10\.20\.0\.90\/24/],
    ['ipAddress', '\u200e10.20.0.90', '10.20.0.90', /^Removed 1 invisible character\.$/],
    ['serialNumber', '\u200bHWTC9F80C83A\u200b', 'HWTC9F80C83A', /^Removed 2 invisible/],
    ['serialNumber', 'HWTC9F80C83A (ONT 3)', 'HWTC9F80C83A', /^Read from: HWTC9F80C83A \(ONT 3\)$/],
  ] as const) {
    const settled = settleText(field, typed, huawei);
    assert.equal(settled.text, text);
    assert.match(settled.notes.join(), note);
  }
});

test('of two values none is taken; both are named', () => {
  for (const [field, one, two] of [
    ['serialNumber', 'HWTC9F80C83A', 'HWTC1A2B3C4D'],
    ['macAddress', '00:e0:fc:00:00:01', '00:e0:fc:00:00:02'],
    ['ipAddress', '10.20.0.1', '10.20.0.2'],
  ] as const) {
    const typed = `${one} ${two}`;
    const { text, notes } = settleText(field, typed, huawei);
    assert.equal(text, typed);
    assert.match(notes.join(), new RegExp(`${one}, ${two}`));
  }
});

test('what is no value stays as it was typed', () => {
  for (const field of ['serialNumber', 'macAddress', 'ipAddress', 'port', 'model'] as const)
    assert.deepEqual(settleText(field, ' what is that ', huawei).text.trim(), 'what is that');
  assert.equal(settleText('port', '1/1/3/16', nokia).text, '1/1/3/16');
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { classifySearch } from '../../src/device-text/classify-search.ts';

const expected: Record<string, string[]> = {
  HWTC1A2B3C4D: ['serialNumber HWTC1A2B3C4D'],
  'hwtc-1a2b3c4d': ['serialNumber HWTC1A2B3C4D'],
  '485754431A2B3C4D': ['serialNumber HWTC1A2B3C4D'],
  '48 57 54 43 1A 2B 3C 4D': ['serialNumber HWTC1A2B3C4D'],
  '02:1a:4b:00:00:01': ['macAddress 02:1a:4b:00:00:01'],
  '021A.4B00.0001': ['macAddress 02:1a:4b:00:00:01'],
  '2:1a:4b:0:0:1': ['macAddress 02:1a:4b:00:00:01'],
  // A serial number of four letters and eight digits, and twelve digits of a MAC address.
  ABCD00112233: ['serialNumber ABCD00112233'],
  AACD00112233: ['serialNumber AACD00112233', 'macAddress aa:cd:00:11:22:33'],
  '1a:4b': ['macPart 1a4b'],
  ':00:01': ['macPart 0001'],
  '1a:3:9a': ['macPart 1a039a'],
  '4b00.0001': ['macPart 4b000001'],
  '00-1a-4b': ['macPart 001a4b'],
  '10.20.0.7': ['ipAddress 10.20.0.7'],
  '\u200e10.20.0.7 ': ['ipAddress 10.20.0.7'],
  '10.20.0.7/24': ['ipAddress 10.20.0.7'],
  '10.20.0.0/24': ['prefix 10.20.0.0/24'],
  '10.20.0.7/32': ['ipAddress 10.20.0.7'],
  '2A02:0908:4B00::0057': ['ipAddress 2a02:908:4b00::57'],
  '2a02:908::/32': ['prefix 2a02:908::/32'],
  '2a02:908:0:0::/48': ['prefix 2a02:908::/48'],
  '10.20.0.': [],
  '10.20': [],
  '10.20.0.256': [],
  '0/1/3:12': ['port 0/1/3:12'],
  '0/1/3/12': ['port 0/1/3:12'],
  '0/ 1/3 12': ['port 0/1/3:12'],
  'gpon-onu_1/2/3:4': ['port 1/2/3:4'],
  'gpon_onu-1/2/3:4': ['port 1/2/3:4'],
  '1/1/5/1/7': ['port 1/5/1:7'],
  'R1.S1.LT8.PON15.ONT44': ['port 1/8/15:44'],
  '0/1': [],
  '#CTT-2026-000001': ['ticketNumber CTT-2026-000001'],
  'CTT 2026 000001': ['ticketNumber CTT 2026 000001'],
  CTT2026000001: ['ticketNumber CTT2026000001'],
  '#4711': ['ticketNumber 4711'],
  'Café Olé': [],
  HG8245Hv5: [],
  '': [],
};

test('a searched text is what the fields read it as, in each of their spellings', () => {
  for (const [text, terms] of Object.entries(expected))
    assert.deepEqual(
      classifySearch(text).map(({ kind, value }) => `${kind} ${value}`),
      terms,
      text,
    );
});

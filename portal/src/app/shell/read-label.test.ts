import assert from 'node:assert/strict';
import { test } from 'node:test';
import { identifierOnLabel } from './read-label.ts';

test('the code of a label names its serial number, else its MAC address', () => {
  for (const [text, identifier] of [
    ['HWTC9E3779B1', 'HWTC9E3779B1'],
    ['485754439E3779B1', 'HWTC9E3779B1'],
    ['SN:HWTC9E3779B1;MAC:024A1B000001', 'HWTC9E3779B1'],
    ['MAC=02:4a:1b:00:00:01&SN=ZTEGC8F41D02', 'ZTEGC8F41D02'],
    ['{"model":"HG8245H","sn":"HWTC9E3779B1"}', 'HWTC9E3779B1'],
    ['024A1B000001', '02:4a:1b:00:00:01'],
    ['CTT-2026-000001', 'CTT-2026-000001'],
    ['https://example.com/setup', undefined],
    ['4006381333931', undefined],
    ['', undefined],
  ])
    assert.equal(identifierOnLabel(text ?? ''), identifier, text);
});

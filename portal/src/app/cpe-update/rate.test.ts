import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readKbps, readRatePair } from './rate.ts';

test('a rate is read with its unit; without one it is kbit/s', () => {
  const said: [string, number][] = [
    ['100000', 100_000],
    ['100,000', 100_000],
    ['2 488 320', 2_488_320],
    ['100M', 100_000],
    ['100 Mbps', 100_000],
    ['100 Mbit/s', 100_000],
    ['1 Gbps', 1_000_000],
    ['1.5g', 1_500_000],
    ['0.1G', 100_000],
    ['512k', 512],
    ['512 kb/s', 512],
    ['-5', -5],
  ];
  for (const [text, kbps] of said) assert.equal(readKbps(text), kbps, text);
});

test('what is no rate is none, and a decimal comma is not taken for thousands', () => {
  for (const text of ['', 'fast', '1,5G', '1e5', '0x10', '10T', '1..5', '100/50', '1,0000'])
    assert.equal(readKbps(text), Number.NaN, text);
});

test('a pair is down and up; without a unit it is what plans are named by, Mbit/s', () => {
  assert.deepEqual(readRatePair('100/50'), { downKbps: 100_000, upKbps: 50_000 });
  assert.deepEqual(readRatePair('100/50 Mbps'), { downKbps: 100_000, upKbps: 50_000 });
  assert.deepEqual(readRatePair('1G/500M'), { downKbps: 1_000_000, upKbps: 500_000 });
  assert.deepEqual(readRatePair('100 Mbit/s / 50 Mbit/s'), { downKbps: 100_000, upKbps: 50_000 });
  assert.deepEqual(readRatePair('2048k/512k'), { downKbps: 2048, upKbps: 512 });
  for (const text of ['100', '100/', '/50', '1/2/3', '100 Mbit/s', 'a/b'])
    assert.equal(readRatePair(text), null, text);
});

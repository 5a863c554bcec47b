import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { corePattern } from './match-text.ts';

test('what tells things apart is looked up: the longest number of a text, else the whole text', () => {
  for (const [text, core] of [
    ['branch 12345', '%12345%'],
    ['HWTC9F80C83A', '%9F80C83A%'],
    ['CTT-2025-00123456', '%00123456%'],
    ['10x64x5x7', '%0x64x5x7%'],
    ['Teratai', '%Teratai%'],
    ['branch 12', '%branch 12%'],
    ['100%', '%100\\%%'],
    ['', '%%'],
  ] as const)
    assert.equal(corePattern(text), core);
});

test('whatever has a text has its core', () => {
  const text = fc.string({ unit: fc.constantFrom(...'aB1 2-.:%_\\é') });
  fc.assert(
    fc.property(text, text, text, (before, q, after) => {
      const core = corePattern(q).slice(1, -1).replaceAll(/\\(.)/g, '$1');
      assert.ok(`${before}${q}${after}`.includes(core));
    }),
  );
});

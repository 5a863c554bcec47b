import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findLayerFaults } from './layer-rules.ts';

const arrows = { ground: [], roof: ['ground'] };
const ground = { path: 'ground/stone.ts', text: '' };
const roof = { path: 'roof/tile.ts', text: `import { stone } from '../ground/stone.ts';` };

test('accepts imports that follow the arrows', () => {
  assert.deepEqual(findLayerFaults([ground, roof], arrows), []);
});

test('names an import against the arrows, also of a type and on demand', () => {
  for (const text of [
    `import type { T } from '../roof/tile.ts';`,
    `await import('../roof/tile.ts')`,
  ])
    assert.deepEqual(
      findLayerFaults(
        [
          { ...ground, text },
          { ...roof, text: '' },
        ],
        { ...arrows, roof: [] },
      ),
      ['ground/stone.ts imports roof/tile.ts: ground may not use roof'],
    );
});

test('names a folder without a rule, and an arrow that nothing uses', () => {
  const cellar = { path: 'cellar/wine.ts', text: '' };
  assert.deepEqual(findLayerFaults([ground, cellar], arrows), [
    'cellar/wine.ts is in no folder of the layers',
    'roof -> ground is not used',
  ]);
});

test('names a circle of files in one folder, and a circle of the rules', () => {
  const a = { path: 'ground/a.ts', text: `import './b.ts';` };
  const b = { path: 'ground/b.ts', text: `export { a } from './a.ts';` };
  assert.deepEqual(findLayerFaults([a, b], { ground: [] }), [
    'circle: ground/a.ts -> ground/b.ts -> ground/a.ts',
  ]);
  const back = { ...ground, text: `import '../roof/tile.ts';` };
  assert.deepEqual(findLayerFaults([back, roof], { ground: ['roof'], roof: ['ground'] }), [
    'circle: ground/stone.ts -> roof/tile.ts -> ground/stone.ts',
    'circle: ground -> roof -> ground',
  ]);
});

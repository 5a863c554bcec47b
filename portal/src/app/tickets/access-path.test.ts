import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NetworkElement, NetworkElementKind } from '@cpe-desk/contract';
import { sampleCpe as cpe } from '../../../../contract/test/support/sample-cpe.ts';
import { accessPath, type PathFacts } from './access-path.ts';

const element = (kind: NetworkElementKind): NetworkElement => ({
  id: kind,
  kind,
  name: `${kind}-1`,
  manufacturer: 'Huawei',
  model: null,
});

const facts: PathFacts = {
  elements: (['CPE', 'ONT', 'OLT', 'SPLITTER'] as const).map(element),
  cpe,
  changing: [],
  isUnderWay: false,
};
const kinds = (given: Partial<PathFacts>) =>
  accessPath({ ...facts, ...given }).map(({ kind }) => kind);
const marks = (given: Partial<PathFacts>) =>
  accessPath({ ...facts, ...given })
    .filter(({ mark }) => mark)
    .map(({ kind, mark }) => [kind, mark]);

test('the path runs from the OLT over its port to the CPE, however the elements come', () => {
  assert.deepEqual(kinds({}), ['OLT', 'PORT', 'SPLITTER', 'ONT', 'CPE']);
  assert.deepEqual(accessPath(facts)[0], {
    kind: 'OLT',
    name: 'OLT-1',
    device: 'Huawei',
    isMissing: false,
    mark: null,
  });
});

test('an element that an update needs is drawn as missing, one that it can do without is left out', () => {
  const path = accessPath({ ...facts, elements: [], cpe: null });
  assert.deepEqual(
    path.map(({ kind, isMissing }) => [kind, isMissing]),
    [
      ['OLT', true],
      ['CPE', true],
    ],
  );
});

test('what is being changed is marked where it is: the port, or the device', () => {
  assert.deepEqual(marks({ changing: ['port'] }), [['PORT', 'changing']]);
  assert.deepEqual(marks({ changing: ['ipAddress', 'port'] }), [
    ['PORT', 'changing'],
    ['CPE', 'changing'],
  ]);
  assert.deepEqual(marks({ isUnderWay: true }), [['CPE', 'under-way']]);
});

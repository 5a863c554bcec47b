import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NetworkElement, NetworkElementKind } from '@cpe-desk/contract';
import { networkPath, pathWords } from './network-path.ts';

const element = (kind: NetworkElementKind): NetworkElement => ({
  id: kind,
  kind,
  name: kind,
  manufacturer: null,
  model: null,
});

test('the path runs from the OLT to the CPE, however the elements come', () => {
  const path = networkPath((['CPE', 'ONT', 'OLT', 'SPLITTER'] as const).map(element));
  assert.equal(pathWords(path), 'Path: OLT, Splitter, ONT, CPE');
});

test('an element that an update needs is drawn as missing, one that it can do without is left out', () => {
  assert.equal(pathWords(networkPath([element('CPE')])), 'Path: OLT (not recorded), CPE');
  assert.equal(pathWords(networkPath([])), 'Path: OLT (not recorded), CPE (not recorded)');
});

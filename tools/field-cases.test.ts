import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fieldCases } from './field-cases.ts';

test('each case of the field has a test on its surface', async () => {
  const cases = await fieldCases();
  assert.ok(cases.length >= 70);
  assert.deepEqual(
    cases.filter(({ surfaces }) => surfaces.length === 0).map(({ name }) => name),
    [],
  );
});

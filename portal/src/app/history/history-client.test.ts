import assert from 'node:assert/strict';
import { test } from 'node:test';
import { historyQuery, NO_FILTERS } from './history-client.ts';

test('filters become the route’s query; days begin and end where the reader is', () => {
  assert.deepEqual(historyQuery(NO_FILTERS), {});
  assert.deepEqual(
    historyQuery({ field: 'port', by: ' Olivia ', from: '2026-11-23', to: '2026-11-24' }),
    {
      field: 'port',
      by: 'Olivia',
      from: new Date(2026, 10, 23).toISOString(),
      to: new Date(2026, 10, 25).toISOString(),
    },
  );
});

test('what an address says and no form would is left out', () => {
  assert.deepEqual(historyQuery({ field: 'colour', by: ' ', from: 'yesterday', to: '' }), {});
});

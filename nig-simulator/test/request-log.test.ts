import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRequestLog } from '../src/request-log.ts';

test('the log drops its oldest entries', () => {
  const log = createRequestLog(2);
  for (const path of ['/1', '/2', '/3']) {
    log.add({ at: '', method: 'GET', path, fault: 'none', status: 200, outcome: 'found' });
  }
  assert.deepEqual(
    log.newest().map(({ path }) => path),
    ['/2', '/3'],
  );
  assert.deepEqual(log.newest(0), []);
});

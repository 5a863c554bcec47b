import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Problem } from './request.ts';
import { Retry, waitAfter } from './retry.ts';

const problem = (status: number, retryAfterSeconds: number | null = null): Problem => ({
  type: '',
  title: '',
  status,
  code: 'x',
  detail: '',
  retryAfterSeconds,
  requestId: null,
});

const asking = (t: TestContext) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const seen = { asks: 0 };
  const retry = new Retry(() => seen.asks++);
  const pass = (ms: number) => t.mock.timers.tick(ms);
  return { seen, retry, pass };
};

test('the wait doubles up to a minute, and is at least what the service asks for', () => {
  for (const [failures, seconds] of [
    [1, 5],
    [2, 10],
    [3, 20],
    [9, 60],
  ] as const) {
    const wait = waitAfter(failures, null) / 1000;
    assert.ok(wait >= 0.8 * seconds && wait <= 1.2 * seconds, `${failures}: ${wait}`);
  }
  assert.equal(waitAfter(1, 30), 30_000);
});

test('a failure that may pass is followed by another question, however often it fails', (t) => {
  const { seen, retry, pass } = asking(t);
  for (const [n, status] of [0, 200, 429, 500, 502, 503, 504].entries()) {
    retry.answered(problem(status));
    pass(80_000);
    assert.equal(seen.asks, n + 1, `${status}`);
  }
});

test('a refusal is final', (t) => {
  const { seen, retry, pass } = asking(t);
  for (const status of [400, 401, 403, 404]) retry.answered(problem(status));
  pass(600_000);
  assert.equal(seen.asks, 0);
});

test('after a good answer it asks on only while something is awaited, and soon', (t) => {
  const { seen, retry, pass } = asking(t);
  retry.answered(problem(503));
  retry.answered(problem(503));
  retry.answered(null, true);
  pass(6000);
  assert.equal(seen.asks, 1);
  retry.answered(null);
  pass(600_000);
  assert.equal(seen.asks, 1);
});

test('it stops with its page', (t) => {
  const { seen, retry, pass } = asking(t);
  retry.answered(problem(503));
  retry.stop();
  retry.answered(problem(503));
  pass(600_000);
  assert.equal(seen.asks, 0);
});

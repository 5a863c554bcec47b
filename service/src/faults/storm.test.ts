import assert from 'node:assert/strict';
import { test } from 'node:test';
import { storm } from './storm.ts';

test('two instances and PostgreSQL are killed now and then, with every fault of NIG and cut connections: no invariant breaks', async (t) => {
  const seed = Number(process.env.STORM_SEED ?? Date.now() % 1_000_000);
  const options = {
    seed,
    seconds: Number(process.env.STORM_SECONDS ?? 8),
    clients: Number(process.env.STORM_CLIENTS ?? 16),
    lines: 8,
  };
  t.diagnostic(`STORM_SEED=${seed} repeats the choices of this run`);
  const count = await storm(options, (line) => t.diagnostic(line));
  t.diagnostic(JSON.stringify(count));
  assert.ok((count['updates applied'] ?? 0) > 0);
  assert.equal(count.violations, 0);
});

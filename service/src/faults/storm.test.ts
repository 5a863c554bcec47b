import assert from 'node:assert/strict';
import { test } from 'node:test';
import { storm } from './storm.ts';

/*
 * As long and as wide as these say. `npm run faults` by itself is the short form that is part of `npm test`; the long one is
 * STORM_SECONDS=60 STORM_CLIENTS=64 STORM_LINES=64 npm run faults
 */
const given = {
  seed: Number(process.env.STORM_SEED ?? Date.now() % 1_000_000),
  seconds: Number(process.env.STORM_SECONDS ?? 6),
  clients: Number(process.env.STORM_CLIENTS ?? 16),
  lines: Number(process.env.STORM_LINES ?? 8),
};

for (const instances of [2, 3])
  test(`${instances} instances and PostgreSQL are killed, connections cut and clocks set an hour off, with every fault of NIG: no invariant breaks`, async (t) => {
    t.diagnostic(`STORM_SEED=${given.seed} repeats the choices of this run`);
    const count = await storm({ ...given, instances }, (line) => t.diagnostic(line));
    for (const [what, much] of Object.entries(count)) t.diagnostic(`${String(much).padStart(6)}  ${what}`);
    assert.ok((count['became: applied'] ?? 0) > 0);
    assert.equal(count.violations, 0);
  });

test('2 instances, and standbys that lag are promoted: after the comparison and the repair all is equal again', async (t) => {
  t.diagnostic(`STORM_SEED=${given.seed} repeats the choices of this run`);
  // Each failover takes seconds.
  const options = { ...given, seconds: 3 * given.seconds, lines: 8, instances: 2, losesUpdates: true };
  const count = await storm(options, (line) => t.diagnostic(line));
  for (const [what, much] of Object.entries(count)) t.diagnostic(`${String(much).padStart(6)}  ${what}`);
  assert.ok((count['became: applied'] ?? 0) > 0);
  assert.ok((count.incidents ?? 0) > 0);
  assert.equal(count.violations, 0);
});

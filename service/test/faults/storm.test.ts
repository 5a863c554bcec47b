import assert from 'node:assert/strict';
import { after, type TestContext, test } from 'node:test';
import { type StormCount, type StormOptions, storm } from './storm.ts';
import { assertAllCame, faults, losses } from './storm-faults.ts';

/*
 * As long and as wide as these say. `npm run faults` without them is the short form that is part of `npm test`.
 */
const given = {
  seed: Number(process.env.STORM_SEED ?? Date.now() % 1_000_000),
  seconds: Number(process.env.STORM_SECONDS ?? 6),
  clients: Number(process.env.STORM_CLIENTS ?? 16),
  lines: Number(process.env.STORM_LINES ?? 64),
};
/** From then on each fault has to come. */
const LONG_S = 60;
const isLong = given.seconds >= LONG_S;
/** A long storm has time for updates between two faults. */
const common = { ...given, faultEveryMs: isLong ? 1000 : 250 };
/** What a process that has passed its tests may still have to do. */
const END_WITHIN_MS = 20_000;

const passStorm = async (t: TestContext, options: StormOptions): Promise<StormCount> => {
  t.diagnostic(`STORM_SEED=${given.seed} repeats the choices of this run`);
  const count = await storm(options, (line) => t.diagnostic(line));
  for (const [what, much] of Object.entries(count)) t.diagnostic(`${String(much).padStart(6)}  ${what}`);
  assert.ok((count['became: applied'] ?? 0) > 0);
  assert.equal(count.violations, 0);
  return count;
};

for (const instances of [2, 3])
  test(`${instances} instances and PostgreSQL are killed, connections cut and clocks set an hour off, with every fault of NIG: no invariant breaks`, async (t) => {
    const count = await passStorm(t, { ...common, instances });
    if (isLong) assertAllCame(count, faults);
  });

// Each failover takes seconds: the long form has it. incident/failover.test.ts is its short form.
if (isLong)
  test('2 instances, and standbys that lag are promoted: after the comparison and the repair all is equal again', async (t) => {
    const count = await passStorm(t, { ...common, lines: 8, instances: 2, losesUpdates: true });
    assertAllCame(count, losses);
  });

after(() => {
  const complain = () => {
    process.stderr.write(`A storm left something open: ${process.getActiveResourcesInfo().join(', ')}\n`);
    process.exit(1);
  };
  setTimeout(complain, END_WITHIN_MS).unref();
});

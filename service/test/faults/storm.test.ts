import assert from 'node:assert/strict';
import { after, type TestContext, test } from 'node:test';
import { type StormCount, type StormOptions, storm } from './storm.ts';
import { assertAllCame, faults, losses } from './storm-faults.ts';

/* The size of a storm. `npm run faults` without these is the short form of `npm test`. */
const given = {
  seed: Number(process.env.STORM_SEED ?? Date.now() % 1_000_000),
  seconds: Number(process.env.STORM_SECONDS ?? 6),
  clients: Number(process.env.STORM_CLIENTS ?? 16),
  lines: Number(process.env.STORM_LINES ?? 64),
};
/** A storm of this length must have each fault. */
const LONG_S = 60;
const isLong = given.seconds >= LONG_S;
/** A long storm has time for updates between two faults. */
const common = { ...given, faultEveryMs: isLong ? 1000 : 250 };
/** The time that a process may take to end after its tests. */
const END_WITHIN_MS = 20_000;

const passStorm = async (t: TestContext, options: StormOptions): Promise<StormCount> => {
  t.diagnostic(`STORM_SEED=${given.seed} repeats the choices of this run`);
  const count = await storm(options, (line) => t.diagnostic(line));
  for (const [what, much] of Object.entries(count))
    t.diagnostic(`${String(much).padStart(6)}  ${what}`);
  assert.ok((count['became: applied'] ?? 0) > 0);
  assert.equal(count.violations, 0);
  return count;
};

for (const instances of [2, 3])
  test(`every fault together breaks no invariant of ${instances} instances`, async (t) => {
    const count = await passStorm(t, { ...common, instances });
    if (isLong) assertAllCame(count, faults);
  });

// A failover takes seconds, so only the long form has it. Its short form is
// incident/failover.test.ts.
if (isLong)
  test('after lagging standbys are promoted, comparison and repair make desk and NIG equal', async (t) => {
    const count = await passStorm(t, { ...common, lines: 8, instances: 2, losesUpdates: true });
    assertAllCame(count, losses);
  });

after(() => {
  const complain = () => {
    process.stderr.write(
      `A storm left something open: ${process.getActiveResourcesInfo().join(', ')}\n`,
    );
    process.exit(1);
  };
  setTimeout(complain, END_WITHIN_MS).unref();
});

import { execFile } from 'node:child_process';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { type DeskPlace, launch, newPlace, startDesk } from '../e2e/src/desk.ts';
import { startEmbeddedPostgres } from '../service/src/platform/embedded-postgres/embedded-postgres.ts';
import { logProgress, median, table } from './figures.ts';

const LOOK_MS = 5;
const execute = promisify(execFile);
const ms = (numbers: readonly number[]): string => Math.round(median(numbers)).toLocaleString('en');

/** The output of `npm start` at the beginning of each part, in order. */
const PARTS: readonly (readonly [name: string, text: string])[] = [
  ['Node.js loads the service, finds PostgreSQL', ''],
  ['PostgreSQL starts; migrations, privileges, catalogue', 'Starting PostgreSQL'],
  ['demo data are there', 'Checking the demo data'],
  ['NIG simulator starts, portal is up to date, routes', 'Starting the NIG simulator'],
];

type Started = { readyMs: number; outputMs: (number | undefined)[] };

const isReady = (port: number): Promise<boolean> =>
  fetch(`http://127.0.0.1:${port}/readyz`).then(
    ({ ok }) => ok,
    () => false, // not listening yet
  );

/** The time from the spawn until `/readyz` answers 200, and when each part began. */
const startOnce = async (place: DeskPlace): Promise<Started> => {
  const started = performance.now();
  const { child, said: output } = launch(place);
  const outputMs: (number | undefined)[] = PARTS.map(() => undefined);
  child.stdout.on('data', () => {
    for (const [n, [, words]] of PARTS.entries())
      if (output().includes(words)) outputMs[n] ??= performance.now() - started;
  });
  outputMs[0] = 0;
  while (!(await isReady(place.port))) {
    if (child.exitCode !== null) throw new Error(output());
    await setTimeout(LOOK_MS);
  }
  const readyMs = performance.now() - started;
  const ended = new Promise((resolve) => child.once('close', resolve));
  child.kill('SIGTERM');
  await ended;
  return { readyMs, outputMs };
};

/**
 * The least time that a start can take: an empty Node.js, and PostgreSQL's own start on the same
 * cluster.
 */
const ceilingOnce = async (place: DeskPlace): Promise<{ nodeMs: number; postgresMs: number }> => {
  let started = performance.now();
  await execute(process.execPath, ['-e', '0']);
  const nodeMs = performance.now() - started;
  started = performance.now();
  const postgres = await startEmbeddedPostgres({ dataDir: place.dataDir, print: () => {} });
  const postgresMs = performance.now() - started;
  await postgres.stop();
  return { nodeMs, postgresMs };
};

const reportOf = (
  starts: readonly Started[],
  ceilings: readonly { nodeMs: number; postgresMs: number }[],
): string => {
  const ready = starts.map(({ readyMs }) => readyMs);
  const node = ceilings.map(({ nodeMs }) => nodeMs);
  const postgres = ceilings.map(({ postgresMs }) => postgresMs);
  const parts = PARTS.map(([name], n) => {
    const times = starts.map(
      ({ readyMs, outputMs }) => (outputMs[n + 1] ?? readyMs) - (outputMs[n] ?? 0),
    );
    return [`of that: ${name}`, ms(times)];
  });
  return table(
    ['start with an existing data folder', 'median ms'],
    [
      ['from spawn until ready', `${ms(ready)} (at most ${Math.round(Math.max(...ready))})`],
      ...parts,
      ['ceiling: `node -e 0`', ms(node)],
      ['ceiling: PostgreSQL alone', ms(postgres)],
      ['times the ceiling', (median(ready) / (median(node) + median(postgres))).toFixed(2)],
    ],
  );
};

/** Measures `npm start` with an existing data folder, and the load of the portal's pages. */
export const start = async (times: number): Promise<void> => {
  await using place = await newPlace();
  const desk = await startDesk(place);
  await desk.stop();
  const starts: Started[] = [];
  const ceilings: { nodeMs: number; postgresMs: number }[] = [];
  for (let n = 0; n < times; n += 1) {
    starts.push(await startOnce(place));
    ceilings.push(await ceilingOnce(place));
    logProgress(`ready after ${Math.round(starts.at(-1)?.readyMs ?? 0)} ms`);
  }
  process.stdout.write(`${reportOf(starts, ceilings)}\n`);
};

import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

/*
 * `npm run coverage`: which lines, branches and functions of contract and service the tests run.
 * `npm run coverage -- contract` measures one of them. The summary is printed; coverage-NAME.lcov
 * is for editors and CI. Fails below the percentages of coverage-floor.json. Code that runs in a
 * process of its own, such as the commands, is not counted.
 */

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SETUP = '--test-global-setup=service/test/support/global-setup.ts';
const WORKSPACES = ['contract', 'service'];

const percent = z.number().min(0).max(100);
const floorSchema = z.record(
  z.string(),
  z.object({ lines: percent, branches: percent, functions: percent }).partial(),
);
const floors = floorSchema.parse(
  JSON.parse(await readFile(new URL('coverage-floor.json', import.meta.url), 'utf8')),
);

/** Runs the tests of a workspace; answers their exit code. */
const measure = (name: string): number => {
  const thresholds = Object.entries(floors[name] ?? {}).map(
    ([what, floor]) => `--test-coverage-${what}=${floor}`,
  );
  const { status } = spawnSync(
    process.execPath,
    [
      ...[
        '--test',
        '--experimental-test-coverage',
        `--test-coverage-include=${name}/src/**`,
        ...thresholds,
      ],
      ...['--test-concurrency=2', '--test-timeout=600000', ...(name === 'service' ? [SETUP] : [])],
      ...['--test-reporter=spec', '--test-reporter-destination=stdout'],
      ...['--test-reporter=lcov', `--test-reporter-destination=coverage-${name}.lcov`],
      `${name}/test/**/*.test.ts`,
    ],
    { cwd: ROOT, stdio: 'inherit' },
  );
  return status ?? 1;
};

const names = process.argv.slice(2);
const unknown = names.filter((name) => !WORKSPACES.includes(name));
if (unknown.length > 0) throw new RangeError(`${unknown}: choose from ${WORKSPACES.join(', ')}`);
const codes = (names.length > 0 ? names : WORKSPACES).map(measure);
process.exitCode = codes.find((code) => code !== 0) ?? 0;

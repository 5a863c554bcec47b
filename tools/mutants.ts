/**
 * `npm run mutants`: makes one small change (mutant) of the code at a time and counts the changes
 * that the tests detect. Prints the undetected mutants and the score.
 *
 *   npm run mutants -- contract --sample 200 --seed 7
 *
 * The tests of a scope must pass first. A mutant on which they hang counts as detected. Works on a
 * copy.
 */
import { spawn } from 'node:child_process';
import { cp, glob, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { commonTokens } from '@stryker-mutator/api/plugin';
import { createInstrumenter } from '@stryker-mutator/instrumenter';
import { createInjector } from 'typed-inject';
import { seededRandom } from '../demo/src/data/random.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const WORKSPACES = ['contract', 'service', 'demo', 'nig-simulator'];
/** A mutant's run ends after this multiple of the tests' time without a mutant. */
const TIMEOUT_FACTOR = 4;

type Scope = { sources: string; tests: string[] };
const SETUP = '--test-global-setup=service/test/support/global-setup.ts';
const scopes: Readonly<Record<string, Scope>> = {
  contract: { sources: 'contract/src/*.ts', tests: ['contract/test/*.test.ts'] },
  'cpe-update': {
    sources: 'service/src/cpe-update/**/*.ts',
    tests: [SETUP, 'service/test/cpe-update/**/*.test.ts'],
  },
};

type Mutant = { id: string; place: string; replacement: string };

const silent = () => {};
const logger = {
  ...{ isTraceEnabled: () => false, isDebugEnabled: () => false, isInfoEnabled: () => false },
  ...{ isWarnEnabled: () => false, isErrorEnabled: () => false, isFatalEnabled: () => false },
  ...{ trace: silent, debug: silent, info: silent, warn: silent, error: silent, fatal: silent },
};

/** A copy of the sources in which links between workspaces stay inside the copy. */
const copySources = async (): Promise<string> => {
  const copy = await mkdtemp(join(tmpdir(), 'cpe-desk-mutants-'));
  const isOwn = (path: string) => !/(^|\/)(node_modules|dist|\.git|\.data)$/.test(relative(ROOT, path));
  for (const name of [...WORKSPACES, 'package.json', 'tsconfig.json'])
    await cp(join(ROOT, name), join(copy, name), { recursive: true, filter: isOwn });
  await mkdir(join(copy, 'node_modules', '@cpe-desk'), { recursive: true });
  for (const name of await readdir(join(ROOT, 'node_modules')))
    if (name !== '@cpe-desk')
      await symlink(join(ROOT, 'node_modules', name), join(copy, 'node_modules', name));
  for (const name of WORKSPACES)
    await symlink(join(copy, name), join(copy, 'node_modules', '@cpe-desk', name));
  return copy;
};

/** Puts every mutant of the sources into the copy, switched off, and returns them. */
const placeMutants = async (copy: string, sources: string): Promise<Mutant[]> => {
  const names: string[] = [];
  for await (const name of glob(sources, { cwd: copy })) if (!name.endsWith('.test.ts')) names.push(name);
  const files = await Promise.all(
    names.sort().map(async (name) => ({
      name,
      content: await readFile(join(copy, name), 'utf8'),
      mutate: true,
    })),
  );
  const instrumenter = createInjector()
    .provideValue(commonTokens.logger, logger)
    .injectFunction(createInstrumenter);
  // A mutated regular expression may be invalid. With the flag `u` its module does not load.
  const options = { plugins: null, ignorers: [], excludedMutations: ['Regex'], noHeader: false };
  const placed = await instrumenter.instrument(files, options);
  for (const { name, content } of placed.files) await writeFile(join(copy, name), content);
  return placed.mutants.map(({ id, fileName, location, replacement }) => ({
    id,
    place: `${fileName}:${location.start.line + 1}`,
    replacement,
  }));
};

/** Runs the tests with one mutant switched on. Returns whether they pass, and their time. */
const runTests = async (
  copy: string,
  tests: readonly string[],
  mutant: string | undefined,
  limitMs: number,
): Promise<{ pass: boolean; ms: number }> => {
  const began = performance.now();
  const child = spawn(process.execPath, ['--test', '--test-concurrency=2', ...tests], {
    cwd: copy,
    stdio: 'ignore',
    detached: true,
    env: { ...process.env, ...(mutant !== undefined && { __STRYKER_ACTIVE_MUTANT__: mutant }) },
  });
  const end = () => {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  };
  const timer = setTimeout(end, limitMs);
  const code = await new Promise((resolve) => child.once('close', resolve));
  clearTimeout(timer);
  return { pass: code === 0, ms: performance.now() - began };
};

const scoreScope = async (name: string, { sources, tests }: Scope, sample: number, seed: number) => {
  const copy = await copySources();
  try {
    const mutants = await placeMutants(copy, sources);
    const usual = await runTests(copy, tests, undefined, 600_000);
    if (!usual.pass) throw new Error(`The tests of ${name} fail without a mutant: nothing was counted`);
    const random = seededRandom(seed);
    const chosen = mutants
      .map((mutant) => ({ mutant, order: random.below(1_000_000_000) }))
      .sort((a, b) => a.order - b.order)
      .slice(0, sample);
    let noticed = 0;
    for (const { mutant } of chosen) {
      const { pass } = await runTests(copy, tests, mutant.id, 5000 + TIMEOUT_FACTOR * usual.ms);
      if (!pass) noticed++;
      else console.log(`not noticed: ${mutant.place}: ${mutant.replacement.slice(0, 200)}`);
    }
    const score = Math.round((1000 * noticed) / chosen.length) / 10;
    console.log(`${name}: ${noticed} of ${chosen.length} noticed (${score} %), of ${mutants.length} in all`);
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    sample: { type: 'string', default: '100' },
    seed: { type: 'string', default: '1' },
  },
});
for (const name of positionals.length > 0 ? positionals : Object.keys(scopes)) {
  const scope = scopes[name];
  if (!scope) throw new Error(`There is no scope ${name}; there are ${Object.keys(scopes).join(', ')}`);
  await scoreScope(name, scope, Number(values.sample), Number(values.seed));
}

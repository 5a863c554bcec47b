/**
 * `npm run mutants`: makes one small change (mutant) of the code at a time and counts the changes
 * that the tests detect. Prints the undetected mutants and the score.
 *
 *   npm run mutants -- contract --sample 200 --seed 7
 *
 * The tests of a scope must pass first. A mutant on which they hang counts as detected. Works on a
 * copy.
 * A score of the sample and seed in mutation-score.json must not be lower than the one there.
 * `--minutes 5` ends early and says how many mutants were run; `--skip 12` goes on after 12.
 */
import { spawn } from 'node:child_process';
import { hash } from 'node:crypto';
import {
  cp,
  glob,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createInstrumenter } from '@stryker-mutator/instrumenter';
import { createInjector } from 'typed-inject';
import { z } from 'zod';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const WORKSPACES = ['contract', 'service', 'demo', 'nig-simulator'];
/** A mutant's run ends after this multiple of the tests' time without a mutant. */
const TIMEOUT_FACTOR = 4;

type Scope = { sources: string; tests: string[] };
const SETUP = '--test-global-setup=service/test/support/global-setup.ts';
const scopes: Readonly<Record<string, Scope>> = {
  // Pure, so one process runs all of its tests: four times as fast.
  contract: {
    sources: 'contract/src/**/*.ts',
    tests: ['--test-isolation=none', 'contract/test/**/*.test.ts'],
  },
  'cpe-update': {
    sources: 'service/src/cpe-update/**/*.ts',
    tests: [SETUP, 'service/test/cpe-update/**/*.test.ts'],
  },
};

type Mutant = { id: string; place: string; replacement: string; key: string };

const silent = () => {};
const logger = {
  ...{ isTraceEnabled: () => false, isDebugEnabled: () => false, isInfoEnabled: () => false },
  ...{ isWarnEnabled: () => false, isErrorEnabled: () => false, isFatalEnabled: () => false },
  ...{ trace: silent, debug: silent, info: silent, warn: silent, error: silent, fatal: silent },
};

/** A copy of the sources in which links between workspaces stay inside the copy. */
const copySources = async (): Promise<string> => {
  const copy = await mkdtemp(join(tmpdir(), 'cpe-desk-mutants-'));
  const isOwn = (path: string) =>
    !/(^|\/)(node_modules|dist|\.git|\.data)$/.test(relative(ROOT, path));
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

type Placed = Awaited<
  ReturnType<ReturnType<typeof createInstrumenter>['instrument']>
>['mutants'][number];

/** What a mutant changes, without its line number: a sample stays the same when lines move. */
const keyOf = ({ fileName, location: { start }, replacement }: Placed, content: string): string =>
  [fileName, content.split('\n')[start.line]?.trim(), start.column, replacement].join('\n');

/** Puts every mutant of the sources into the copy, switched off, and returns them. */
const placeMutants = async (copy: string, sources: string): Promise<Mutant[]> => {
  const names: string[] = [];
  // Tests and the generated types of .sql files have nothing to mutate.
  for await (const name of glob(sources, { cwd: copy }))
    if (!/\.(?:test|sql)\.ts$/.test(name)) names.push(name);
  const files = await Promise.all(
    names.sort().map(async (name) => ({
      name,
      content: await readFile(join(copy, name), 'utf8'),
      mutate: true,
    })),
  );
  const instrumenter = createInjector()
    .provideValue('logger', logger)
    .injectFunction(createInstrumenter);
  // A mutated regular expression may be invalid. With the flag `u` its module does not load.
  const options = { plugins: null, ignorers: [], excludedMutations: ['Regex'], noHeader: false };
  const placed = await instrumenter.instrument(files, options);
  for (const { name, content } of placed.files) await writeFile(join(copy, name), content);
  const contents = new Map(files.map(({ name, content }) => [name, content]));
  // Those that are ignored are in the list, but not in the code.
  const live = placed.mutants.filter(({ status }) => status !== 'Ignored');
  return live.map((mutant) => ({
    id: mutant.id,
    place: `${mutant.fileName}:${mutant.location.start.line + 1}`,
    replacement: mutant.replacement,
    key: keyOf(mutant, contents.get(mutant.fileName) ?? ''),
  }));
};

type Run = { pass: boolean; ms: number; said: string };

/** What the dot reporter prints for a test that fails. */
const FAILED = /^[.\n]*X/;

/**
 * Runs the tests, with one mutant switched on or none, until the first one fails. Without a mutant
 * they run to their end: then `said` has what fails.
 */
const runTests = async (
  copy: string,
  tests: readonly string[],
  mutant: string | undefined,
  limitMs: number,
): Promise<Run> => {
  const began = performance.now();
  const runner = ['--test', '--test-concurrency=2', '--test-timeout=60000', '--test-reporter=dot'];
  const child = spawn(process.execPath, [...runner, ...tests], {
    cwd: copy,
    stdio: ['ignore', 'pipe', 'ignore'],
    detached: true,
    env: { ...process.env, ...(mutant !== undefined && { __STRYKER_ACTIVE_MUTANT__: mutant }) },
  });
  const end = () => {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL');
  };
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
    if (mutant !== undefined && FAILED.test(said)) end();
  });
  const timer = setTimeout(end, limitMs);
  // Not "close": a server that a killed test leaves behind may keep the pipe open.
  const code = await new Promise((resolve) => child.once('exit', resolve));
  clearTimeout(timer);
  child.stdout.destroy();
  return { pass: code === 0, ms: performance.now() - began, said };
};

const SCORES = new URL('mutation-score.json', import.meta.url);
const scoreSchema = z.record(
  z.string(),
  z.object({ sample: z.int(), seed: z.int(), detected: z.int() }),
);

/** Says whether a score is at least that of the file, where it is of the same sample. */
const compareScore = async (
  name: string,
  { sample, seed, detected }: Sample & { detected: number },
) => {
  const known = scoreSchema.parse(JSON.parse(await readFile(SCORES, 'utf8')))[name];
  if (known?.sample !== sample || known.seed !== seed) return;
  if (detected < known.detected) {
    console.error(
      `${name}: ${known.detected} were detected before. Test what is not detected any more`,
    );
    process.exitCode = 1;
  } else if (detected > known.detected)
    console.log(`Write it down: ${detected} in mutation-score.json`);
};

type Sample = { sample: number; seed: number };

/** The mutants in an order that the seed decides. */
const shuffled = (mutants: readonly Mutant[], seed: number): Mutant[] =>
  mutants
    .map((mutant) => ({ mutant, order: hash('sha256', `${seed}\n${mutant.key}`) }))
    .sort((a, b) => (a.order < b.order ? -1 : 1))
    .map(({ mutant }) => mutant);

type Part = { skip: number; minutes: number };

const work = async (name: string, { sources, tests }: Scope, sample: Sample, part: Part) => {
  const copy = await copySources();
  try {
    const mutants = await placeMutants(copy, sources);
    const usual = await runTests(copy, tests, undefined, 600_000);
    if (!usual.pass)
      throw new Error(
        `The tests of ${name} fail without a mutant: nothing was counted\n${usual.said}`,
      );
    console.log(`${name}: the tests take ${Math.round(usual.ms / 1000)} s`);
    const chosen = shuffled(mutants, sample.seed).slice(0, sample.sample);
    const until = performance.now() + part.minutes * 60_000;
    let [run, detected] = [0, 0];
    for (const mutant of chosen.slice(part.skip)) {
      if (performance.now() > until) break;
      const { pass } = await runTests(copy, tests, mutant.id, 5000 + TIMEOUT_FACTOR * usual.ms);
      run++;
      if (!pass) detected++;
      else console.log(`not detected: ${mutant.place}: ${mutant.replacement.slice(0, 200)}`);
    }
    const score = Math.round((1000 * detected) / run) / 10;
    console.log(
      `${name}: ${detected} of ${run} detected (${score} %), of ${mutants.length} in all`,
    );
    if (run === chosen.length) await compareScore(name, { ...sample, detected });
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    sample: { type: 'string', default: '100' },
    seed: { type: 'string', default: '1' },
    skip: { type: 'string', default: '0' },
    minutes: { type: 'string', default: 'Infinity' },
  },
});
for (const name of positionals.length > 0 ? positionals : Object.keys(scopes)) {
  const scope = scopes[name];
  if (!scope)
    throw new Error(`There is no scope ${name}; there are ${Object.keys(scopes).join(', ')}`);
  const sample = { sample: Number(values.sample), seed: Number(values.seed) };
  await work(name, scope, sample, { skip: Number(values.skip), minutes: Number(values.minutes) });
}

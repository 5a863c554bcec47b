/**
 * The cases of the field, each on its surface: `npm run field-cases` runs the tests that show them,
 * and prints by surface how many are right, asked about (with the right choices), or wrong.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { run } from 'node:test';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const CASES = join(ROOT, 'contract/test/device-text/field-cases');

/**
 * Test files, each with the surface of its cases. `by` is the file in a case's folder that says
 * what the test must find; other cases are named in the test. A test's name begins with the number
 * of its case.
 */
const SURFACES: readonly { surface: string; file: string; by?: string }[] = [
  {
    surface: 'paste and fields',
    file: 'contract/test/device-text/device-text.test.ts',
    by: 'reading.json',
  },
  { surface: 'import', file: 'service/test/import/field-cases.test.ts', by: 'import.json' },
  { surface: 'search and list', file: 'service/test/tickets/search-field-cases.test.ts' },
  { surface: 'API and export', file: 'service/test/tickets/field-cases.test.ts' },
];

export type FieldCase = {
  name: string;
  surfaces: { surface: string; file: string }[];
  /** Whether the operator has to choose a value. */
  isAsked: boolean;
};

/** The number of a case, at the beginning of its name and of the names of its tests. */
const numberOf = (name: string): string | undefined =>
  /^(?:field cases? )?(\d\d)\b/.exec(name)?.[1];

/** The cases, with the tests that show each. */
export const fieldCases = async (): Promise<FieldCase[]> => {
  const names = (await readdir(CASES)).filter((name) => numberOf(name) !== undefined).sort();
  const tests = await Promise.all(
    SURFACES.map(async (each) => ({
      ...each,
      text: await readFile(join(ROOT, each.file), 'utf8'),
    })),
  );
  return Promise.all(
    names.map(async (name) => {
      const files = await readdir(join(CASES, name));
      const named = new RegExp(`['"\`]${numberOf(name)}(?:: |-[a-z])`);
      const surfaces = tests.filter(({ by, text }) => (by ? files.includes(by) : named.test(text)));
      const expected = files.includes('reading.json')
        ? await readFile(join(CASES, name, 'reading.json'), 'utf8')
        : '';
      return { name, surfaces, isAsked: /"(?:choose|either)"/.test(expected) };
    }),
  );
};

type Outcome = 'right' | 'asked' | 'wrong';

/** Runs the tests and gives the outcome of each case on each surface. */
const runCases = async (cases: readonly FieldCase[]): Promise<Map<string, Outcome>> => {
  const files = [...new Set(cases.flatMap(({ surfaces }) => surfaces.map(({ file }) => file)))];
  const outcomes = new Map<string, Outcome>();
  const options = {
    files: files.map((file) => join(ROOT, file)),
    concurrency: 1,
    globalSetupPath: join(ROOT, 'service/test/support/global-setup.ts'),
  };
  for await (const { type, data } of run(options)) {
    if (type !== 'test:pass' && type !== 'test:fail') continue;
    const number = numberOf(data.name);
    if (number === undefined || !data.file) continue;
    const key = `${relative(ROOT, data.file)} ${number}`;
    const isAsked = cases.some((each) => numberOf(each.name) === number && each.isAsked);
    if (type === 'test:fail') outcomes.set(key, 'wrong');
    else if (!outcomes.has(key)) outcomes.set(key, isAsked ? 'asked' : 'right');
  }
  return outcomes;
};

const main = async (): Promise<void> => {
  const cases = await fieldCases();
  const outcomes = await runCases(cases);
  const wrong: string[] = [];
  for (const { surface, file } of SURFACES) {
    const count = { right: 0, asked: 0, wrong: 0 };
    for (const { name, surfaces } of cases.filter((each) =>
      each.surfaces.some((shown) => shown.file === file),
    )) {
      // A case that no test ran is not shown.
      const outcome = outcomes.get(`${file} ${numberOf(name)}`) ?? 'wrong';
      count[outcome] += 1;
      if (outcome === 'wrong') wrong.push(`${name} (${surfaces.map((each) => each.surface)})`);
    }
    console.log(
      `${surface.padEnd(18)} ${count.right} right, ${count.asked} asked, ${count.wrong} wrong`,
    );
  }
  const missing = cases.filter(({ surfaces }) => surfaces.length === 0).map(({ name }) => name);
  for (const name of wrong) console.error(`wrong: ${name}`);
  for (const name of missing) console.error(`without a test: ${name}`);
  process.exitCode = wrong.length + missing.length > 0 ? 1 : 0;
};

if (import.meta.main) await main();

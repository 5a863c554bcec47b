import { execFile } from 'node:child_process';
import { constants, existsSync } from 'node:fs';
import { access, copyFile, mkdtemp, rename, rm } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify, stripVTControlCharacters } from 'node:util';
import { type Browser, chromium, type LaunchOptions } from 'playwright-core';

/** One way to a Chromium. `asked`: somebody named it, so that its failure is reported. */
export type Way = { name: string; asked?: boolean; find: () => Promise<LaunchOptions> };

/** Offline and without a GPU: nothing but the pages under test speaks. */
export const FLAGS = [
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-gpu',
];

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);

/** The first line of a Playwright launch error, and what the browser said or how it ended. */
const reasonOf = (error: unknown): string => {
  const [first = '', ...log] = stripVTControlCharacters(messageOf(error)).split('\n');
  const said = log.flatMap(
    (line) => /(?:\[err\] |(?=<process did exit))(.*)/.exec(line)?.[1] ?? [],
  );
  return [first, ...[...new Set(said)].slice(0, 3)].join(' | ');
};

/** Checked before: Playwright leaves temporary folders behind where the file is missing. */
const isExecutable = (file: string): Promise<boolean> =>
  access(file, constants.X_OK).then(
    () => true,
    () => false,
  );

const named = async (file: string | undefined): Promise<LaunchOptions> => {
  if (!file) throw new Error('not set');
  if (!(await isExecutable(file))) throw new Error(`${file} is not an executable file`);
  return { executablePath: file };
};

const onPath = async (name: string, path = ''): Promise<LaunchOptions> => {
  for (const folder of path.split(delimiter).filter(Boolean)) {
    const executablePath = join(folder, name);
    if (await isExecutable(executablePath)) return { executablePath };
  }
  throw new Error('not found');
};

const UNPACK = "await (await import('@sparticuz/chromium')).default.executablePath()";
const HERE = import.meta.dirname;

/** Whole or not at all: of several processes the first to rename wins. */
const unpackChromium = async (folder: string): Promise<void> => {
  const draft = await mkdtemp(`${folder}-`);
  // It unpacks into TMPDIR, and the libraries that Chromium needs only where it believes in AWS.
  const env = { ...process.env, TMPDIR: draft, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x' };
  try {
    const options = { cwd: HERE, env };
    await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', UNPACK], options);
    await copyFile(join(HERE, 'fonts.conf'), join(draft, 'fonts.conf'));
    await rename(draft, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
};

/**
 * The Chromium that the npm package brings, unpacked at first use into the package's own folder:
 * only whoever installed it can write there, and npm removes both together.
 */
const bundled = async (environment: NodeJS.ProcessEnv): Promise<LaunchOptions> => {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Error('is for Linux on x64 only');
  const folder = fileURLToPath(new URL('../unpacked', import.meta.resolve('@sparticuz/chromium')));
  if (!existsSync(folder)) await unpackChromium(folder);
  const libraries = [join(folder, 'al2023', 'lib'), environment.LD_LIBRARY_PATH]
    .filter(Boolean)
    .join(':');
  return {
    executablePath: join(folder, 'chromium'),
    env: {
      ...environment,
      LD_LIBRARY_PATH: libraries,
      FONTCONFIG_FILE: join(folder, 'fonts.conf'),
    },
  };
};

/** The ways in their order. */
export const waysFrom = (environment: NodeJS.ProcessEnv): Way[] => [
  {
    name: 'CHROMIUM_PATH',
    asked: Boolean(environment.CHROMIUM_PATH),
    find: () => named(environment.CHROMIUM_PATH),
  },
  ...['chromium', 'chromium-browser', 'google-chrome'].map((name) => ({
    name: `${name} on PATH`,
    find: () => onPath(name, environment.PATH),
  })),
  { name: 'npm package @sparticuz/chromium', find: () => bundled(environment) },
  { name: 'installed Google Chrome', find: async () => ({ channel: 'chrome' }) },
];

const start = (
  { args = [], ...options }: LaunchOptions,
  chromiumSandbox: boolean,
): Promise<Browser> => chromium.launch({ ...options, args: [...FLAGS, ...args], chromiumSandbox });

/**
 * Chromium refuses its sandbox to root; elsewhere the kernel or a container may forbid the
 * namespaces it needs.
 */
const launch = async (options: LaunchOptions): Promise<Browser> => {
  if (process.getuid?.() === 0) return start(options, false);
  try {
    return await start(options, true);
  } catch (error) {
    if (!/sandbox|namespace/i.test(messageOf(error))) throw error;
    return start(options, false);
  }
};

/**
 * The browser of the first way that works; throws an error that names each way and why it failed.
 */
export const launchFirst = async (ways: Way[], args: readonly string[] = []): Promise<Browser> => {
  const failures: string[] = [];
  for (const { name, asked, find } of ways) {
    try {
      return await launch({ ...(await find()), args: [...args] });
    } catch (error) {
      // Absent, or unable to run here: the next way may.
      const failure = `${name}: ${reasonOf(error)}`;
      if (asked) process.emitWarning(failure);
      failures.push(`- ${failure}`);
    }
  }
  throw new Error(
    `no Chromium for the browser tests:\n${failures.join('\n')}\n` +
      'Install Chromium, or name one: CHROMIUM_PATH=/path/to/chromium npm test',
  );
};

/**
 * A headless Chromium from `CHROMIUM_PATH`, `PATH`, an npm package or an installed Google Chrome,
 * in this order; `args` are further flags of Chromium.
 */
export const launchBrowser = (args: readonly string[] = []): Promise<Browser> =>
  launchFirst(waysFrom(process.env), args);

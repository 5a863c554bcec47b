import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { type Browser, chromium, type LaunchOptions } from 'playwright-core';
import { bundledChromium } from './bundled-chromium.ts';

/** One way to a Chromium. `asked`: somebody named it, so that its failure is reported. */
export type Way = { name: string; asked?: boolean; find: () => Promise<LaunchOptions> };

/** Offline and without a GPU: nothing but the pages under test speaks. */
const FLAGS = [
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-gpu',
];

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** The first line of a Playwright launch error, and what the browser said or how it ended. */
const reasonOf = (error: unknown): string => {
  const [first = '', ...log] = stripVTControlCharacters(messageOf(error)).split('\n');
  const said = log.flatMap((line) => /(?:\[err\] |(?=<process did exit))(.*)/.exec(line)?.[1] ?? []);
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
  { name: 'npm package @sparticuz/chromium', find: () => bundledChromium(environment) },
  { name: 'installed Google Chrome', find: async () => ({ channel: 'chrome' }) },
];

const start = (options: LaunchOptions, chromiumSandbox: boolean): Promise<Browser> =>
  chromium.launch({ ...options, args: FLAGS, chromiumSandbox });

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
export const launchFirst = async (ways: Way[]): Promise<Browser> => {
  const failures: string[] = [];
  for (const { name, asked, find } of ways) {
    try {
      return await launch(await find());
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
 * in this order.
 */
export const launchBrowser = (): Promise<Browser> => launchFirst(waysFrom(process.env));

import { setTimeout as delay } from 'node:timers/promises';
import type { Config } from '../config/config.ts';
import {
  runningEmbeddedPostgres,
  startEmbeddedPostgres,
} from '../platform/embedded-postgres/embedded-postgres.ts';
import { lockDataDir } from '../platform/process/data-dir-lock.ts';
import { StartError } from '../platform/process/start-error.ts';

/** A database for a command, and a way to leave it as it was. */
export type DeskDatabase = AsyncDisposable & { url: string };

type Print = (line: string) => void;

const POLL_MS = 100;
const READY_LIMIT_MS = 60_000;

/**
 * The database of `DATABASE_URL`, as its owner, or the embedded one of `DATA_DIR`. If a desk runs
 * on it, the command shares that desk's server. Otherwise it starts the server and `close` stops
 * it.
 */
export const openDeskDatabase = async (
  {
    DATABASE_URL,
    DATABASE_OWNER_URL,
    DATA_DIR,
  }: Pick<Config, 'DATABASE_URL' | 'DATABASE_OWNER_URL' | 'DATA_DIR'>,
  printStatus: Print,
): Promise<DeskDatabase> => {
  if (DATABASE_URL !== undefined)
    return { url: DATABASE_OWNER_URL ?? DATABASE_URL, [Symbol.asyncDispose]: async () => {} };
  const lock = await lockUnlessDeskRuns(DATA_DIR);
  if (lock === undefined)
    return {
      url: await urlOfRunningDesk(DATA_DIR, printStatus),
      [Symbol.asyncDispose]: async () => {},
    };
  try {
    const { url, stop } = await startEmbeddedPostgres({ dataDir: DATA_DIR, print: printStatus });
    return { url, [Symbol.asyncDispose]: () => stop().finally(() => lock.release()) };
  } catch (error) {
    await lock.release();
    throw error;
  }
};

const lockUnlessDeskRuns = async (dataDir: string) => {
  try {
    return await lockDataDir(dataDir);
  } catch (error) {
    if (error instanceof StartError && error.code === 'data-dir-in-use') return undefined;
    throw error;
  }
};

/**
 * The lock's holder runs PostgreSQL or is about to. A second server on its cluster must never
 * start.
 */
const urlOfRunningDesk = async (dataDir: string, printStatus: Print): Promise<string> => {
  printStatus('Using the database of the running desk');
  for (let waited = 0; waited < READY_LIMIT_MS; waited += POLL_MS) {
    const url = await runningEmbeddedPostgres(dataDir);
    if (url !== undefined) return url;
    await delay(POLL_MS);
  }
  throw new StartError('postgres-not-answering', `PostgreSQL of ${dataDir} is not ready in time`);
};

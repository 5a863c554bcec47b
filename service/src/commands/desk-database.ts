import { setTimeout as delay } from 'node:timers/promises';
import type { Config } from '../config.ts';
import {
  runningEmbeddedPostgres,
  startEmbeddedPostgres,
} from '../platform/embedded-postgres/embedded-postgres.ts';
import { lockDataDir } from '../platform/process/data-dir-lock.ts';
import { StartError } from '../platform/process/start-error.ts';

/** A database to work on beside the desk, and how to leave it as it was found. */
export type DeskDatabase = { url: string; close(): Promise<void> };

type Say = (line: string) => void;

const POLL_MS = 100;
const READY_LIMIT_MS = 60_000;

/**
 * The database of `DATABASE_URL`, as its owner; or the embedded one of `DATA_DIR`: that of the desk that runs on it, which then
 * goes on undisturbed, or one that is started for the work and stopped by `close`.
 */
export const openDeskDatabase = async (
  {
    DATABASE_URL,
    DATABASE_OWNER_URL,
    DATA_DIR,
  }: Pick<Config, 'DATABASE_URL' | 'DATABASE_OWNER_URL' | 'DATA_DIR'>,
  say: Say,
): Promise<DeskDatabase> => {
  if (DATABASE_URL !== undefined) return { url: DATABASE_OWNER_URL ?? DATABASE_URL, close: async () => {} };
  const lock = await lockUnlessDeskRuns(DATA_DIR);
  if (lock === undefined) return { url: await urlOfRunningDesk(DATA_DIR, say), close: async () => {} };
  try {
    const { url, stop } = await startEmbeddedPostgres({ dataDir: DATA_DIR, say });
    return { url, close: () => stop().finally(() => lock.release()) };
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

/** The lock's holder runs PostgreSQL, or is about to; a second server on its cluster must never be started. */
const urlOfRunningDesk = async (dataDir: string, say: Say): Promise<string> => {
  say('Using the database of the desk that runs');
  for (let waited = 0; waited < READY_LIMIT_MS; waited += POLL_MS) {
    const url = await runningEmbeddedPostgres(dataDir);
    if (url !== undefined) return url;
    await delay(POLL_MS);
  }
  throw new StartError('postgres-not-answering', `PostgreSQL of ${dataDir} does not get ready`);
};

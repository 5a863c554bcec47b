import { type Config, readConfig } from '../config.ts';
import { openDatabase, type Pool } from '../platform/database/database.ts';
import { StartError, systemErrorCode } from '../platform/process/start-error.ts';
import { MigrationError } from '../platform/schema/migration-error.ts';
import { openDeskDatabase } from './desk-database.ts';

/** Exit code of a command that could not do its work. */
export const NOT_DONE = 2;

/** To the person at the terminal; results go to stdout. */
export const say = (line: string) => void process.stderr.write(`${line}\n`);
export const tell = (line: string) => void process.stdout.write(`${line}\n`);

/** Errors that say all in their message: of the start, of the schema, of the system (no such file). */
const isExpected = (error: unknown): error is Error =>
  error instanceof StartError ||
  error instanceof MigrationError ||
  error instanceof RangeError ||
  systemErrorCode(error) !== undefined;

const onDatabase = async (work: (databaseUrl: string, config: Config) => Promise<number>) => {
  const read = readConfig(process.env);
  if (!read.ok) {
    say(read.messages.join('\n'));
    return NOT_DONE;
  }
  const database = await openDeskDatabase(read.config, say);
  try {
    return await work(database.url, read.config);
  } finally {
    await database.close();
  }
};

/** Runs a command on the desk's database, as its owner, by URL; `work` answers the exit code. */
export const runCommand = async (
  work: (databaseUrl: string, config: Config) => Promise<number>,
): Promise<void> => {
  try {
    process.exitCode = await onDatabase(work);
  } catch (error) {
    if (!isExpected(error)) throw error;
    say(error.message);
    process.exitCode = NOT_DONE;
  }
};

/** The same on connections, at most `max`, which are closed at the end. */
export const runDatabaseCommand = (
  work: (db: Pool, config: Config) => Promise<number>,
  { max = 1 }: { max?: number } = {},
): Promise<void> =>
  runCommand(async (databaseUrl, config) => {
    const db = openDatabase(databaseUrl, { max, log: { warn: (_, message) => say(message) } });
    try {
      return await work(db, config);
    } finally {
      await db.end();
    }
  });

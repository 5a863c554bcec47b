import { type Config, readConfig } from '../config/config.ts';
import { openDatabase, type Pool } from '../platform/database/database.ts';
import { StartError, systemErrorCode } from '../platform/process/start-error.ts';
import { openDeskDatabase } from './desk-database.ts';

/** Exit code of a command that could not do its work. */
export const NOT_DONE = 2;

/** Status and errors go to stderr, results to stdout. */
export const printStatus = (line: string) => void process.stderr.write(`${line}\n`);
export const printResult = (line: string) => void process.stdout.write(`${line}\n`);

/** Errors whose message is complete: of the start, of the schema, of the system (no such file). */
const isExpected = (error: unknown): error is Error =>
  error instanceof StartError ||
  error instanceof RangeError ||
  systemErrorCode(error) !== undefined;

const onDatabase = async (work: (databaseUrl: string, config: Config) => Promise<number>) => {
  const read = readConfig(process.env);
  if (!read.ok) {
    printStatus(read.messages.join('\n'));
    return NOT_DONE;
  }
  await using database = await openDeskDatabase(read.config, printStatus);
  return await work(database.url, read.config);
};

/** Runs a command on the desk's database, as its owner, by URL. `work` returns the exit code. */
export const runCommand = async (
  work: (databaseUrl: string, config: Config) => Promise<number>,
): Promise<void> => {
  try {
    process.exitCode = await onDatabase(work);
  } catch (error) {
    if (!isExpected(error)) throw error;
    printStatus(error.message);
    process.exitCode = NOT_DONE;
  }
};

/** The same with connections, at most `max`, which are closed at the end. */
export const runDatabaseCommand = (
  work: (db: Pool, config: Config) => Promise<number>,
  { max = 1 }: { max?: number } = {},
): Promise<void> =>
  runCommand(async (databaseUrl, config) => {
    const log = { warn: (_: object, message: string) => printStatus(message) };
    await using db = openDatabase(databaseUrl, { max, log });
    return await work(db, config);
  });

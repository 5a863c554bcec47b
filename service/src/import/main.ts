import { createReadStream } from 'node:fs';
import { readConfig } from '../config.ts';
import { openDatabase } from '../database.ts';
import { MigrationError, migrate } from '../migrate.ts';
import { openDeskDatabase } from '../start/desk-database.ts';
import { StartError, systemErrorCode } from '../start/start-error.ts';
import { type ImportSummary, importLines, type LineRemark } from './import-lines.ts';
import { readLines } from './read-lines.ts';

const USAGE = 'Usage: npm run import -- FILE.ndjson     (what the file holds: docs/import.md)';
/** Nothing could be imported at all; 1 says that some lines were bad. */
const NOT_DONE = 2;

const say = (line: string) => void process.stderr.write(`${line}\n`);

const remark = ({ number, what, why }: LineRemark) => say(`line ${number}: ${what}: ${why}`);

const importFile = async (file: string, databaseUrl: string): Promise<ImportSummary> => {
  await migrate(databaseUrl);
  const db = openDatabase(databaseUrl, {
    max: 1,
    log: { warn: (_, message) => say(message) },
  });
  try {
    const lines = readLines(createReadStream(file, 'utf8'));
    return await importLines(db, lines, { at: new Date(), remark });
  } finally {
    await db.end();
  }
};

const main = async ([file, ...more]: string[]): Promise<number> => {
  const read = readConfig(process.env);
  if (!read.ok || file === undefined || more.length > 0 || file.startsWith('-')) {
    say(read.ok ? USAGE : read.messages.join('\n'));
    return NOT_DONE;
  }
  const database = await openDeskDatabase(read.config, say);
  try {
    const { read: lines, changed, kept, bad } = await importFile(file, database.url);
    process.stdout.write(`${lines} lines read, ${changed} changed, ${kept} kept, ${bad} bad\n`);
    return bad > 0 ? 1 : 0;
  } finally {
    await database.close();
  }
};

/** Errors that say all in their message: of the start, of the schema, of the system (no such file). */
const isExpected = (error: unknown): error is Error =>
  error instanceof StartError ||
  error instanceof MigrationError ||
  error instanceof RangeError ||
  systemErrorCode(error) !== undefined;

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!isExpected(error)) throw error;
  say(error.message);
  process.exitCode = NOT_DONE;
}

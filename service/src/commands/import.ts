import { createReadStream } from 'node:fs';
import { type ImportSummary, importLines } from '../import/import-lines.ts';
import { readLines } from '../import/read-lines.ts';
import type { LineRemark } from '../import/write-batch.ts';
import { openDatabase } from '../platform/database/database.ts';
import { migrate } from '../platform/schema/migrate.ts';
import { NOT_DONE, runCommand, say, tell } from './run-command.ts';

const USAGE = 'Usage: npm run import -- FILE.ndjson     (what the file holds: docs/import.md)';

const remark = ({ number, outcome, reason }: LineRemark) => say(`line ${number}: ${outcome}: ${reason}`);

const importFile = async (file: string, databaseUrl: string): Promise<ImportSummary> => {
  await migrate(databaseUrl);
  const db = openDatabase(databaseUrl, {
    // Three to write with, one to look ahead.
    max: 4,
    log: { warn: (_, message) => say(message) },
  });
  try {
    const lines = readLines(createReadStream(file, 'utf8'));
    return await importLines(db, lines, { at: new Date(), remark });
  } finally {
    await db.end();
  }
};

const main = async ([file, ...more]: string[]): Promise<void> => {
  if (file === undefined || more.length > 0 || file.startsWith('-')) {
    say(USAGE);
    process.exitCode = NOT_DONE;
    return;
  }
  await runCommand(async (databaseUrl) => {
    const { read, changed, kept, bad } = await importFile(file, databaseUrl);
    tell(`${read} lines read, ${changed} changed, ${kept} kept, ${bad} bad`);
    return bad > 0 ? 1 : 0;
  });
};

await main(process.argv.slice(2));

import { createReadStream } from 'node:fs';
import { type ImportSummary, importLines } from '../import/import-lines.ts';
import { readLines } from '../import/read-lines.ts';
import type { LineRemark } from '../import/write-batch.ts';
import { openDatabase } from '../platform/database/database.ts';
import { migrate } from '../platform/schema/migrate.ts';
import { importModels } from './import-models.ts';
import { NOT_DONE, printResult, printStatus, runCommand } from './run-command.ts';

const USAGE = `Usage: npm run import -- FILE.ndjson
       npm run import -- --models FILE.csv     (the formats: docs/integrate/import.md)`;

const remark = ({ number, outcome, reason }: LineRemark) =>
  printStatus(`line ${number}: ${outcome}: ${reason}`);

const importFile = async (file: string, databaseUrl: string): Promise<ImportSummary> => {
  await migrate(databaseUrl);
  await using db = openDatabase(databaseUrl, {
    // Three connections write, one reads ahead.
    max: 4,
    log: { warn: (_, message) => printStatus(message) },
  });
  const lines = readLines(createReadStream(file, 'utf8'));
  return await importLines(db, lines, { at: new Date(), remark });
};

const main = async ([file, ...more]: string[]): Promise<void> => {
  if (file === '--models' && more.length === 1) return importModels(more[0] ?? '');
  if (file === undefined || more.length > 0 || file.startsWith('-')) {
    printStatus(USAGE);
    process.exitCode = NOT_DONE;
    return;
  }
  await runCommand(async (databaseUrl) => {
    const { read, changed, kept, bad } = await importFile(file, databaseUrl);
    printResult(`${read} lines read, ${changed} changed, ${kept} kept, ${bad} bad`);
    return bad > 0 ? 1 : 0;
  });
};

await main(process.argv.slice(2));

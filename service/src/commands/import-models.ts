import { readFile } from 'node:fs/promises';
import { loadCatalogue } from '../line/catalogue/load-catalogue.ts';
import { parseModels, writeModels } from '../line/catalogue/save-models.ts';
import { inTransaction, openDatabase } from '../platform/database/database.ts';
import { migrate } from '../platform/schema/migrate.ts';
import { printResult, printStatus, runCommand } from './run-command.ts';

/** `npm run import -- --models FILE.csv`: adds models to the catalogue of all instances. */
export const importModels = (file: string): Promise<void> =>
  runCommand(async (databaseUrl) => {
    let bad = 0;
    const rows = parseModels(await readFile(file, 'utf8'), ({ number, reason }) => {
      bad += 1;
      printStatus(`line ${number}: bad: ${reason}`);
    });
    await migrate(databaseUrl);
    await using db = openDatabase(databaseUrl, {
      max: 1,
      log: { warn: (_, message) => printStatus(message) },
    });
    // A first start loads the models of the product only into an empty catalogue.
    await loadCatalogue(db);
    const { added, changed } = await inTransaction(db, (tx) => writeModels(tx, rows));
    printResult(`${rows.length + bad} models read, ${added} added, ${changed} changed, ${bad} bad`);
    return bad > 0 ? 1 : 0;
  });

import { parseArgs } from 'node:util';
import { encodings } from '@cpe-desk/contract';
import { type ImportSummary, importFile } from '../import/import-file.ts';
import { placeText } from '../import/read-file.ts';
import type { LineRemark } from '../import/remark.ts';
import { openDatabase } from '../platform/database/database.ts';
import { migrate } from '../platform/schema/migrate.ts';
import { importModels } from './import-models.ts';
import { NOT_DONE, printResult, printStatus, runCommand } from './run-command.ts';

const USAGE = `Usage: npm run import -- [--dry-run] [--encoding NAME] FILE
       npm run import -- --models FILE.csv

  FILE        NDJSON, JSON, CSV or XLSX: docs/integrate/import.md
  --dry-run   reports what an import would do, and writes nothing
  --encoding  of a text without a byte order mark: ${encodings.join(', ')}`;

const readArguments = (args: string[]) => {
  try {
    const options = { 'dry-run': { type: 'boolean' }, encoding: { type: 'string' } } as const;
    const { values, positionals } = parseArgs({ args, allowPositionals: true, options });
    const [file, ...more] = positionals;
    const encoding = encodings.find((name) => name === (values.encoding ?? 'utf-8'));
    if (file === undefined || more.length > 0 || encoding === undefined) return undefined;
    return {
      file,
      isDryRun: values['dry-run'] ?? false,
      ...(values.encoding !== undefined && { encoding }),
    };
  } catch {
    return undefined; // Expected: an unknown option
  }
};

const remark = ({ outcome, faults, ...place }: LineRemark) =>
  printStatus(`${placeText(place)}: ${outcome}: ${faults.map(({ text }) => text).join('; ')}`);

const printSummary = (summary: ImportSummary, isDryRun: boolean): void => {
  const { read, changed, remarks, faults, unknown } = summary;
  for (const [name, { count, ...first }] of unknown)
    printStatus(`unknown member ${name}: left out on ${count} lines, first on ${placeText(first)}`);
  const written = isDryRun ? `${changed} would change` : `${changed} changed`;
  printResult(`${read} lines read, ${written}, ${remarks.kept} kept, ${remarks.bad} bad`);
  for (const [kind, count] of [...faults].sort(([, a], [, b]) => b - a))
    printResult(`${kind}: ${count}`);
};

const main = async (args: string[]): Promise<void> => {
  if (args[0] === '--models' && args.length === 2) return importModels(args[1] ?? '');
  const given = readArguments(args);
  if (!given) {
    printStatus(USAGE);
    process.exitCode = NOT_DONE;
    return;
  }
  await runCommand(async (url) => {
    await migrate(url);
    const log = { warn: (_: object, message: string) => printStatus(message) };
    // Two connections write, one finds the next rows.
    await using db = openDatabase(url, { max: 3, log });
    const summary = await importFile(db, { url, ...given, at: new Date(), remark });
    printSummary(summary, given.isDryRun);
    return summary.remarks.bad > 0 ? 1 : 0;
  });
};

await main(process.argv.slice(2));

import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { onMigratedDatabase } from './migrated-database.ts';
import { schemaText } from './schema-text.ts';

/*
 * `npm run schema-dump` writes service/schema.sql, the schema that all migrations build, for
 * readers. With `--check` it compares, and fails when the file is out of date.
 */

const FILE = fileURLToPath(new URL('../service/schema.sql', import.meta.url));
const HEADER =
  '-- What service/migrations builds, for reading. Written by npm run schema-dump; do not edit.\n\n';

/**
 * The first difference between the file and the schema that the migrations build; undefined where
 * they are equal.
 */
function firstDifference(file: string, built: string): string | undefined {
  if (file === built) return undefined;
  const [there, wanted] = [file.split('\n'), built.split('\n')];
  const index = wanted.findIndex((line, number) => line !== there[number]);
  const line = index === -1 ? wanted.length : index;
  return `line ${line + 1} is\n  ${there[line] ?? '(end of file)'}\nand the migrations build\n  ${wanted[line] ?? '(end of file)'}`;
}

const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
const built = HEADER + (await onMigratedDatabase(schemaText));
if (values.check) {
  // A missing file is out of date, too.
  const difference = firstDifference(await readFile(FILE, 'utf8').catch(() => ''), built);
  if (difference !== undefined) {
    console.error(`service/schema.sql is out of date: ${difference}\nRun: npm run schema-dump`);
    process.exitCode = 1;
  }
} else {
  await writeFile(FILE, built);
}

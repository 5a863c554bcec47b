import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { migrate } from '../service/src/platform/schema/migrate.ts';
import {
  administer,
  randomName,
  startTestServer,
  withDatabase,
} from '../service/test/support/test-server.ts';
import { schemaText } from './schema-text.ts';

/*
 * `npm run schema-dump` writes service/schema.sql, the schema that all migrations build, for
 * readers. With `--check` it compares, and fails when the file is out of date.
 */

const FILE = fileURLToPath(new URL('../service/schema.sql', import.meta.url));
const HEADER =
  '-- What service/migrations builds, for reading. Written by npm run schema-dump; do not edit.\n\n';

async function migratedSchema(): Promise<string> {
  const server = await startTestServer();
  try {
    const database = `cpe_desk_schema_${randomName()}`;
    await administer(server.adminUrl, `CREATE DATABASE ${database} TEMPLATE template0`);
    try {
      const url = withDatabase(server.adminUrl, database);
      await migrate(url);
      return await schemaText(url);
    } finally {
      await administer(server.adminUrl, `DROP DATABASE ${database} WITH (FORCE)`);
    }
  } finally {
    await server.stop();
  }
}

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
const built = HEADER + (await migratedSchema());
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

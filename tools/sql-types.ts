import { globSync } from 'node:fs';
import { glob, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { parseSqlFile } from '../service/src/platform/database/sql-file.ts';
import { onMigratedDatabase } from './migrated-database.ts';
import { type Description, describer } from './sql-describe.ts';
import { domains } from './sql-domains.ts';
import { type Described, typesText } from './sql-type-text.ts';

/*
 * `npm run sql-types` writes, beside each .sql file of the service, the types of its statements, as
 * PostgreSQL describes them on the schema of all migrations. With `--check` it only compares.
 */

const ROOT = join(import.meta.dirname, '../service/src');
const DATABASE = join(ROOT, 'platform/database');

type SqlFile = { path: string; statements: Described[] };

const faults: string[] = [];

const describeFiles = async (paths: readonly string[]): Promise<SqlFile[]> =>
  onMigratedDatabase(async (url) => {
    await using stack = new AsyncDisposableStack();
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    stack.defer(() => client.end());
    const describe = await describer(client);
    const files: SqlFile[] = [];
    for (const path of paths) {
      const file: SqlFile = { path, statements: [] };
      for (const parsed of parseSqlFile(await readFile(path, 'utf8'))) {
        const answer = await describe(parsed.text).catch((error: Error) => error.message);
        if (typeof answer === 'string')
          faults.push(`${relative(ROOT, path)}: ${parsed.name}: ${answer}`);
        else file.statements.push({ ...parsed, description: answer satisfies Description });
      }
      files.push(file);
    }
    return files;
  });

const importOf = (path: string): string => {
  const way = relative(dirname(path), DATABASE);
  return way.startsWith('.') ? way : `./${way}`.replace(/\/$/, '');
};

const IMPORT = /import (?:type )?\{([^}]*)\} from '[^']*\.sql\.ts'/g;

/** What the service's own code imports from the files of types. */
const readImports = async (): Promise<Set<string>> => {
  const imported = new Set<string>();
  for await (const path of glob('**/*.ts', { cwd: ROOT }))
    for (const [, names = ''] of (await readFile(join(ROOT, path), 'utf8')).matchAll(IMPORT))
      for (const name of names.split(',')) imported.add(name.trim());
  return imported;
};

const findUnused = async (files: readonly SqlFile[]): Promise<void> => {
  const imported = await readImports();
  const seen = new Set<string>();
  for (const { name } of files.flatMap(({ statements }) => statements)) {
    if (seen.has(name)) faults.push(`two statements are called ${name}`);
    seen.add(name);
    const constant = name.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
    if (!imported.has(constant)) faults.push(`${name} is not used`);
  }
};

const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
const paths = globSync('**/*.sql', { cwd: ROOT })
  .sort()
  .map((path) => join(ROOT, path));
const files = await describeFiles(paths);
await findUnused(files);
for (const { path, statements } of files) {
  const options = { file: basename(path), database: importOf(path), domains };
  const { text, faults: found } = typesText(statements, options);
  faults.push(...found.map((fault) => `${relative(ROOT, path)}: ${fault}`));
  const written = await readFile(`${path}.ts`, 'utf8').catch(() => '');
  if (written === text) continue;
  if (!values.check) await writeFile(`${path}.ts`, text);
  else
    faults.push(`${relative(ROOT, path)}.ts is out of date: write it again with npm run sql-types`);
}
for await (const path of glob('**/*.sql.ts', { cwd: ROOT }))
  if (!paths.includes(join(ROOT, path.slice(0, -3)))) faults.push(`${path} has no .sql file`);
for (const fault of faults) console.error(fault);
if (faults.length > 0) process.exitCode = 1;

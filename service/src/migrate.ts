import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';

type Migration = { name: string; sha256: string; sql: string };

type MigrationErrorCode = 'bad-file-name' | 'changed' | 'newer-database' | 'out-of-order' | 'failed';

/** The database's schema and this build's migrations do not go together; `message` says what to do. */
export class MigrationError extends Error {
  readonly code: MigrationErrorCode;

  constructor(code: MigrationErrorCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'MigrationError';
    this.code = code;
  }
}

export const MIGRATIONS_FOLDER = fileURLToPath(new URL('../migrations', import.meta.url));
const FILE_NAME = /^\d{4}-[a-z0-9]+(-[a-z0-9]+)*\.sql$/;
// Any number, as long as nothing else in the database takes the same advisory lock.
export const MIGRATION_LOCK = 7_274_001;

/**
 * Brings the database's schema up to this build: applies, in order, the files of `service/migrations` that it
 * does not have yet, each in a transaction of its own. A file is immutable once applied anywhere. Several
 * instances may start at once: each step is done by one of them while the others wait.
 */
export async function migrate(
  databaseUrl: string,
  { folder = MIGRATIONS_FOLDER }: { folder?: string } = {},
): Promise<{ applied: string[] }> {
  const migrations = await readMigrations(folder);
  const client = new pg.Client({ connectionString: databaseUrl, application_name: 'cpe-desk migrate' });
  // A connection that breaks rejects the statement under way.
  client.on('error', () => {});
  await client.connect();
  try {
    const applied: string[] = [];
    for (let name = await applyNext(client, migrations); name; name = await applyNext(client, migrations)) {
      applied.push(name);
    }
    return { applied };
  } finally {
    await client.end();
  }
}

async function readMigrations(folder: string): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
  const numbers = new Set(names.map((name) => name.slice(0, 4)));
  const misnamed = names.find((name) => !FILE_NAME.test(name));
  if (misnamed !== undefined || numbers.size !== names.length) {
    throw new MigrationError(
      'bad-file-name',
      `${folder}: each migration is named NNNN-what-it-does.sql, and no number occurs twice`,
    );
  }
  return Promise.all(names.map((name) => readMigration(folder, name)));
}

async function readMigration(folder: string, name: string): Promise<Migration> {
  // Git on Windows may check files out with CRLF: the same migration all the same.
  const sql = (await readFile(join(folder, name), 'utf8')).replaceAll('\r\n', '\n');
  return { name, sql, sha256: createHash('sha256').update(sql).digest('hex') };
}

/** Applies the first migration that is missing and answers its name; undefined when none is. */
async function applyNext(client: pg.Client, migrations: Migration[]): Promise<string | undefined> {
  await client.query('BEGIN');
  try {
    await client.query('SELECT pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
    const next = nextMigration(migrations, await readApplied(client));
    if (next !== undefined) await apply(client, next);
    await client.query('COMMIT');
    return next?.name;
  } catch (error) {
    // Without a connection there is nothing to roll back.
    await client.query('ROLLBACK').catch(() => {});
    throw error;
  }
}

async function readApplied(client: pg.Client): Promise<Map<string, string>> {
  // Not CREATE TABLE IF NOT EXISTS: a role that may only read and write data starts on a migrated database too.
  const { rows: tables } = await client.query<{ found: boolean }>(
    `SELECT to_regclass('schema_migration') IS NOT NULL AS found`,
  );
  if (tables[0]?.found !== true) {
    await client.query(`
      CREATE TABLE schema_migration (
        name text PRIMARY KEY,
        sha256 text NOT NULL,
        applied_at timestamptz NOT NULL DEFAULT now()
      )`);
  }
  const { rows } = await client.query<{ name: string; sha256: string }>(
    'SELECT name, sha256 FROM schema_migration',
  );
  return new Map(rows.map(({ name, sha256 }) => [name, sha256]));
}

function nextMigration(migrations: Migration[], applied: Map<string, string>): Migration | undefined {
  const known = new Set(migrations.map(({ name }) => name));
  const unknown = [...applied.keys()].filter((name) => !known.has(name)).sort();
  if (unknown.length > 0) {
    throw new MigrationError(
      'newer-database',
      `The database was migrated by a newer version of CPE Desk (${unknown.join(', ')} is not known here). ` +
        'Start that version, or use another database.',
    );
  }
  const changed = migrations.find(({ name, sha256 }) => applied.has(name) && applied.get(name) !== sha256);
  if (changed !== undefined) {
    throw new MigrationError(
      'changed',
      `${changed.name} was changed after it had been applied to this database. ` +
        'Restore the file; what it should do more goes into a new migration.',
    );
  }
  const next = migrations.find(({ name }) => !applied.has(name));
  const later = migrations.findLast(({ name }) => applied.has(name));
  if (next !== undefined && later !== undefined && next.name < later.name) {
    throw new MigrationError(
      'out-of-order',
      `${next.name} comes before ${later.name}, which this database already has. Give it the next free number.`,
    );
  }
  return next;
}

async function apply(client: pg.Client, { name, sha256, sql }: Migration): Promise<void> {
  try {
    await client.query(sql);
  } catch (error) {
    throw new MigrationError(
      'failed',
      `${name}${lineOf(error, sql)}: ${error instanceof Error ? error.message : error}`,
      error,
    );
  }
  await client.query('INSERT INTO schema_migration (name, sha256) VALUES ($1, $2)', [name, sha256]);
}

/** `:12` where PostgreSQL tells the place of a mistake (a character's number, from 1). */
function lineOf(error: unknown, sql: string): string {
  if (!(error instanceof pg.DatabaseError) || error.position === undefined) return '';
  return `:${sql.slice(0, Number(error.position)).split('\n').length}`;
}

import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { connect } from '../database/connect.ts';
import { areAllAtLeast } from '../instances/registry.ts';
import { MIGRATIONS_FOLDER, schemaOf } from '../instances/schema-range.ts';
import { StartError } from '../process/start-error.ts';
import { type IndexChange, type Migration, readMigrations } from './migration-file.ts';
import { withMigrationLock } from './migration-lock.ts';

/** The database's migrations with their digests, and the oldest schema that may write. */
type Applied = { digests: Map<string, string>; oldestWriter: number | null };

type Options = {
  folder?: string;
  /** Attempts for a file while other sessions hold the locks that it needs. */
  attempts?: number;
  print?: (line: string) => void;
};

const LOCK_TIMEOUT = '2s';
const MOST_ATTEMPTS = 30;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 10_000;

/**
 * Migrates the database to this build's schema: applies the missing files of `service/migrations`
 * in order. A file is immutable after its first use. Several instances may start at once: one
 * migrates, the others wait.
 */
export async function migrate(
  databaseUrl: string,
  { folder = MIGRATIONS_FOLDER, attempts = MOST_ATTEMPTS, print = () => {} }: Options = {},
): Promise<{ applied: string[] }> {
  const migrations = await readMigrations(folder);
  await using client = await connect(databaseUrl, 'migrate');
  const missing = async () => missingOf(migrations, await readApplied(client));
  if ((await missing()).length === 0) return { applied: [] };
  return await withMigrationLock(databaseUrl, async () => {
    // Another instance may have migrated while this one waited.
    const applied = await missing();
    for (const migration of applied) await applyWithRetries(client, migration, { attempts, print });
    return { applied: applied.map(({ name }) => name) };
  });
}

/** The names of the migrations of this build that the database lacks. */
export async function missingMigrations(
  databaseUrl: string,
  folder = MIGRATIONS_FOLDER,
): Promise<string[]> {
  await using client = await connect(databaseUrl, 'migrate');
  const missing = missingOf(await readMigrations(folder), await readApplied(client));
  return missing.map(({ name }) => name);
}

/** Whether a table exists. */
async function hasTable(client: pg.Client, table: string): Promise<boolean> {
  const { rows } = await client.query<{ found: boolean }>(
    'SELECT to_regclass($1) IS NOT NULL AS found',
    [table],
  );
  return rows[0]?.found === true;
}

async function readApplied(client: pg.Client): Promise<Applied> {
  if (!(await hasTable(client, 'schema_migration')))
    return { digests: new Map(), oldestWriter: null };
  const { rows } = await client.query<{ name: string; sha256: string }>(
    'SELECT name, sha256 FROM schema_migration',
  );
  const digests = new Map(rows.map(({ name, sha256 }) => [name, sha256]));
  if (!(await hasTable(client, 'schema_guard'))) return { digests, oldestWriter: null };
  const guard = await client.query<{ oldest_writer: number }>(
    'SELECT oldest_writer FROM schema_guard',
  );
  return { digests, oldestWriter: guard.rows[0]?.oldest_writer ?? null };
}

function missingOf(migrations: Migration[], { digests, oldestWriter }: Applied): Migration[] {
  const changed = migrations.find(
    ({ name, sha256 }) => digests.has(name) && digests.get(name) !== sha256,
  );
  if (changed !== undefined) {
    throw new StartError(
      'changed',
      `${changed.name} was changed after it had been applied to this database. ` +
        'Restore the file, and put the change into a new migration.',
    );
  }
  const missing = migrations.filter(({ name }) => !digests.has(name));
  const newest = schemaOf(migrations.at(-1)?.name ?? '0000');
  const unknown = [...digests.keys()].filter(
    (name) => !migrations.some((known) => known.name === name),
  );
  // The next release has migrated: this one keeps working until a migration forbids it.
  const isCompatible =
    missing.length === 0 &&
    oldestWriter !== null &&
    oldestWriter <= newest &&
    unknown.every((name) => schemaOf(name) > newest);
  if (unknown.length > 0 && !isCompatible) {
    throw new StartError(
      'newer-database',
      `The database was migrated by a newer version of CPE Desk (${unknown.sort().join(', ')} is unknown ` +
        'here). Start that version, or use another database.',
    );
  }
  const [first] = missing;
  const later = migrations.findLast(({ name }) => digests.has(name));
  if (first !== undefined && later !== undefined && first.name < later.name) {
    throw new StartError(
      'out-of-order',
      `${first.name} comes before ${later.name}, which this database already has. Give it the next free number.`,
    );
  }
  return missing;
}

/**
 * Another session holds a lock, or this session was the victim of a deadlock: the database is
 * unchanged.
 */
const isLockedOut = (error: unknown): boolean =>
  error instanceof pg.DatabaseError && (error.code === '55P03' || error.code === '40P01');

/** Applies a file, with retries while other sessions hold the locks that it needs. */
async function applyWithRetries(
  client: pg.Client,
  migration: Migration,
  { attempts, print }: { attempts: number; print: (line: string) => void },
): Promise<void> {
  const apply = migration.indexes === null ? applyInTransaction : applyIndexChanges;
  for (let attempt = 1; ; attempt++)
    try {
      return await apply(client, migration);
    } catch (error) {
      if (error instanceof StartError) throw error;
      if (!isLockedOut(error)) throw failure(migration, 'failed', error);
      if (attempt === attempts) throw failure(migration, 'locked', error);
      print(`${migration.name} waits for a lock of another database session; retrying`);
      await sleep(Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (attempt - 1)));
    }
}

/**
 * An error with its file and, where PostgreSQL names the place (a character's number, from 1), its
 * line.
 */
function failure({ name, sql }: Migration, code: 'failed' | 'locked', error: unknown): StartError {
  const position = error instanceof pg.DatabaseError ? error.position : undefined;
  const line = position && `:${sql.slice(0, Number(position)).split('\n').length}`;
  const help = code === 'locked' ? '. pg_locks and pg_stat_activity show who holds the lock' : '';
  const message = error instanceof Error ? error.message : error;
  return new StartError(code, `${name}${line ?? ''}: ${message}${help}`, error);
}

async function applyInTransaction(client: pg.Client, migration: Migration): Promise<void> {
  await client.query('BEGIN');
  try {
    // Every later session would queue behind a session that waits for a lock.
    await client.query(`SET LOCAL lock_timeout = '${LOCK_TIMEOUT}'`);
    await raiseOldestWriter(client, migration);
    await client.query(migration.sql);
    await record(client, migration);
    await client.query('COMMIT');
  } catch (error) {
    // Without a connection there is no transaction to roll back.
    await client.query('ROLLBACK').catch(() => {});
    throw error;
  }
}

/** A contract migration removes something: no instance that needs it may run, now or later. */
async function raiseOldestWriter(
  client: pg.Client,
  { name, oldestWriter }: Migration,
): Promise<void> {
  if (oldestWriter === null) return;
  await client.query('UPDATE schema_guard SET oldest_writer = $1 WHERE oldest_writer < $1', [
    oldestWriter,
  ]);
  const db = { kind: 'transaction', connection: client, prepares: false } as const;
  if (await areAllAtLeast(db, oldestWriter)) return;
  throw new StartError(
    'older-instances',
    `${name} needs all instances to know schema ${oldestWriter}. Stop older instances first: ` +
      '"npm run instances" lists them.',
  );
}

/**
 * Builds indexes without blocking writers. An invalid index of an interrupted build is built again.
 */
async function applyIndexChanges(client: pg.Client, migration: Migration): Promise<void> {
  for (const index of migration.indexes ?? [])
    if (index.isDrop) await client.query(index.sql);
    else await buildIndex(client, index);
  await record(client, migration);
}

async function buildIndex(client: pg.Client, { name, sql }: IndexChange): Promise<void> {
  const { rows } = await client.query<{ is_valid: boolean }>(
    'SELECT indisvalid AS is_valid FROM pg_index WHERE indexrelid = to_regclass($1)',
    [name],
  );
  if (rows[0]?.is_valid) return;
  if (rows[0]) await client.query(`DROP INDEX CONCURRENTLY ${name}`);
  await client.query(sql);
}

async function record(client: pg.Client, { name, sha256 }: Migration): Promise<void> {
  await client.query(`
    CREATE TABLE IF NOT EXISTS schema_migration (
      name text PRIMARY KEY,
      sha256 text NOT NULL,
      applied_at timestamptz NOT NULL DEFAULT now()
    )`);
  await client.query('INSERT INTO schema_migration (name, sha256) VALUES ($1, $2)', [name, sha256]);
}

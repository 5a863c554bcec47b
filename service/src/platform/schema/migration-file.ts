import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StartError } from '../process/start-error.ts';

export type Migration = {
  name: string;
  sha256: string;
  sql: string;
  /**
   * Indexes that are built or dropped one by one, outside of a transaction; null: the file is one
   * transaction.
   */
  indexes: readonly IndexChange[] | null;
  /** The oldest schema whose instances may write afterwards; null: unchanged. */
  oldestWriter: number | null;
};

/** `sql` creates or drops the index `name` concurrently. */
export type IndexChange = { name: string; isDrop: boolean; sql: string };

const FILE_NAME = /^\d{4}-[a-z0-9]+(-[a-z0-9]+)*\.sql$/;

/** Declares, at the beginning of a line, a file that runs outside of a transaction. */
export const NO_TRANSACTION = /^-- no-transaction$/m;
/** Declares a contract migration: instances older than a schema may not write afterwards. */
export const OLDEST_WRITER = /^-- oldest-writer: (\d{4})$/m;
const INDEX_BUILD = /^create (?:unique )?index concurrently (?!if\b)(\w+) on \w[^;]*$/;
const INDEX_DROP = /^drop index concurrently if exists (\w+)$/;

export async function readMigrations(folder: string): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
  const numbers = new Set(names.map((name) => name.slice(0, 4)));
  const misnamed = names.find((name) => !FILE_NAME.test(name));
  if (misnamed !== undefined || numbers.size !== names.length) {
    throw new StartError(
      'bad-file-name',
      `${folder}: each migration is named NNNN-what-it-does.sql, and no number occurs twice`,
    );
  }
  return Promise.all(names.map((name) => readMigration(folder, name)));
}

async function readMigration(folder: string, name: string): Promise<Migration> {
  // Git on Windows may check files out with CRLF: the digest must be the same.
  const sql = (await readFile(join(folder, name), 'utf8')).replaceAll('\r\n', '\n');
  const oldestWriter = OLDEST_WRITER.exec(sql)?.[1];
  return {
    name,
    sql,
    sha256: createHash('sha256').update(sql).digest('hex'),
    indexes: NO_TRANSACTION.test(sql) ? indexChanges(name, sql) : null,
    oldestWriter: oldestWriter === undefined ? null : Number(oldestWriter),
  };
}

/**
 * The statements of a file outside of a transaction. It may stop anywhere, so each must be
 * repeatable.
 */
function indexChanges(name: string, sql: string): IndexChange[] {
  const statements = sql
    .replaceAll(/^--.*$/gm, '')
    .split(';')
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '');
  return statements.map((statement) => {
    const dropped = INDEX_DROP.exec(statement)?.[1];
    const index = dropped ?? INDEX_BUILD.exec(statement)?.[1];
    if (index === undefined)
      throw new StartError(
        'bad-file',
        `${name}: a file with "-- no-transaction" holds only "create index concurrently NAME on …;" ` +
          'and "drop index concurrently if exists NAME;"',
      );
    return { name: index, isDrop: dropped !== undefined, sql: statement };
  });
}

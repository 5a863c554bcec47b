import type { Config } from '../config/config.ts';
import { useHistoryKey } from '../history/keys/history-keys.ts';
import { loadCatalogue } from '../line/catalogue/load-catalogue.ts';
import { openDatabase } from '../platform/database/database.ts';
import { StartError } from '../platform/process/start-error.ts';
import { grantApplication } from '../platform/schema/grant-application.ts';
import { migrate, missingMigrations } from '../platform/schema/migrate.ts';

/** The URLs of one database: of its owner, and of the desk's role, which may be the same. */
export type Roles = { ownerUrl: string; url: string };

type Print = (line: string) => void;

/**
 * Migrates the database, grants the desk's role its privileges, registers the key of the history
 * and fills an empty catalogue: what needs the owner. Does nothing where nothing is missing.
 */
export const prepareDatabase = async (
  { ownerUrl, url }: Roles,
  config: Pick<Config, 'DATA_DIR' | 'HISTORY_KEY_FILE'>,
  print: Print,
): Promise<{ applied: string[] }> => {
  const { applied } = await migrate(ownerUrl, { print });
  if (url !== ownerUrl) await grantApplication(ownerUrl, decodeURIComponent(new URL(url).username));
  await using owner = openDatabase(ownerUrl, {
    max: 1,
    log: { warn: (_, message) => print(message) },
  });
  await useHistoryKey(owner, config);
  await loadCatalogue(owner);
  return { applied };
};

/** For a start that must not migrate: throws where the schema lacks migrations of this build. */
export const requirePrepared = async (url: string): Promise<void> => {
  const missing = await missingMigrations(url);
  if (missing.length === 0) return;
  const [first, ...others] = missing;
  throw new StartError(
    'schema',
    `MIGRATE_AT_START=false, and the database lacks ${first}` +
      `${others.length > 0 ? ` and ${others.length} more` : ''}: run npm run migrate`,
  );
};

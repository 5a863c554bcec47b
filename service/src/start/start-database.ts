import type { KeyObject } from 'node:crypto';
import type { FastifyBaseLogger } from 'fastify';
import type { Config } from '../config/config.ts';
import { useHistoryKey } from '../history/keys/history-keys.ts';
import { makeApplicationRole } from '../platform/database/application-role.ts';
import { one, openDatabase } from '../platform/database/database.ts';
import { type Databases, openDatabases } from '../platform/database/databases.ts';
import { isPooled } from '../platform/database/is-pooled.ts';
import { waitForDatabase } from '../platform/database/wait-for-database.ts';
import { startEmbeddedPostgres } from '../platform/embedded-postgres/embedded-postgres.ts';
import { prepareDatabase, type Roles, requirePrepared } from './prepare-database.ts';
import type { Parts } from './stand-ins.ts';
import { ownsHistory } from './start.sql.ts';

type Print = (line: string) => void;

type Start = {
  print: Print;
  log: FastifyBaseLogger;
  stack: AsyncDisposableStack;
  /** Aborted when the process must stop during its start. */
  signal?: AbortSignal;
  /** Fills the embedded database. */
  loadData?: Parts['loadData'];
};

/** The URLs of the owner, who prepares the database, and of the desk's role. */
const roles = async (config: Config, { print, stack, signal }: Start): Promise<Roles> => {
  const { DATABASE_URL, DATABASE_OWNER_URL, DATA_DIR } = config;
  if (DATABASE_URL !== undefined) {
    await waitForDatabase('DATABASE_URL', DATABASE_URL, { print, signal });
    if (DATABASE_OWNER_URL === undefined) return { ownerUrl: DATABASE_URL, url: DATABASE_URL };
    await waitForDatabase('DATABASE_OWNER_URL', DATABASE_OWNER_URL, { print, signal });
    return { ownerUrl: DATABASE_OWNER_URL, url: DATABASE_URL };
  }
  const embedded = await startEmbeddedPostgres({ dataDir: DATA_DIR, print });
  stack.defer(embedded.stop);
  return { ownerUrl: embedded.url, url: await makeApplicationRole(embedded.url) };
};

/** Prepares the database, or requires that it is; then loads the data of `loadData`. */
const prepare = async (
  roles: Roles,
  config: Config,
  { print, log, loadData }: Start,
): Promise<KeyObject> => {
  if (config.MIGRATE_AT_START) await prepareDatabase(roles, config, print);
  else await requirePrepared(roles.ownerUrl);
  await using owner = openDatabase(roles.ownerUrl, { max: 2, log });
  const signingKey = await useHistoryKey(owner, config);
  await loadData?.(owner, print);
  return signingKey;
};

/** The prepared database. Its started parts are on the stack. */
export const startDatabase = async (
  config: Config,
  start: Start,
): Promise<{ listenUrl: string; databases: Databases; signingKey: KeyObject }> => {
  const { log, stack } = start;
  const { ownerUrl, url } = await roles(config, start);
  const signingKey = await prepare({ ownerUrl, url }, config, start);
  const databases = openDatabases(url, {
    connections: config.DATABASE_POOL,
    prepares: config.DATABASE_PREPARE,
    isPooled: await isPooled(url, config),
    log,
  });
  stack.defer(databases.end);
  if ((await one(databases.reads, ownsHistory, [])).owns)
    log.warn(
      "the desk's role owns the tables; set DATABASE_OWNER_URL, and give DATABASE_URL a role without ownership",
    );
  return { listenUrl: config.DATABASE_LISTEN_URL ?? url, databases, signingKey };
};

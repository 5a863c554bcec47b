import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres } from '../../src/platform/embedded-postgres/embedded-postgres.ts';
import { lockDataDir } from '../../src/platform/process/data-dir-lock.ts';
import { abandonServer } from './embedded-server.ts';

/** A PostgreSQL server for temporary databases. */
export type TestServer = {
  /** URL of an existing database, as a user who may create databases. */
  adminUrl: string;
  /** The folder of the cluster of an embedded server. */
  home?: string;
  stop(): Promise<void>;
};

const PREFIX = 'cpe-desk-test-';
const MINUTE_MS = 60_000;
const silent = () => {};

/**
 * The server of TEST_DATABASE_URL where it is set, else an embedded one in a temporary folder.
 * `durable`: an embedded one that a test may kill.
 */
export async function startTestServer({ durable = false } = {}): Promise<TestServer> {
  const given = process.env.TEST_DATABASE_URL;
  if (!durable && given !== undefined && given !== '')
    return { adminUrl: given, stop: async () => {} };

  await sweep();
  const dataDir = await mkdtemp(join(tmpdir(), PREFIX));
  const lock = await lockDataDir(dataDir);
  const server = await startEmbeddedPostgres({ dataDir, print: silent, durable });
  return {
    adminUrl: server.url,
    home: server.home,
    async stop() {
      await server.stop();
      await lock.release();
      await remove(server.home, dataDir);
    },
  };
}

/** Runs one statement on the server, outside of any transaction. */
export async function administer(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

/** The unique part of a new name. */
export const randomName = () => crypto.randomUUID().slice(0, 8);

/** `url` with another database. */
export function withDatabase(url: string, database: string): string {
  const changed = new URL(url);
  changed.pathname = `/${database}`;
  return changed.href;
}

/** Stops and removes the servers of killed test runs, whose folders nobody locks. */
async function sweep(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const dataDir = join(tmpdir(), name);
    if (name.startsWith(PREFIX) && (await isOld(join(dataDir, 'lock'))))
      await removeAbandoned(dataDir);
  }
}

/** A younger folder may belong to a run that is about to lock it. */
async function isOld(file: string): Promise<boolean> {
  const found = await stat(file).catch(() => undefined);
  return found !== undefined && found.mtimeMs < Date.now() - MINUTE_MS;
}

async function removeAbandoned(dataDir: string): Promise<void> {
  try {
    const lock = await lockDataDir(dataDir);
    const { home } = await abandonServer(dataDir);
    await lock.release();
    await remove(home, dataDir);
  } catch {
    // In use, or owned by another user, who removes it.
  }
}

async function remove(...folders: string[]): Promise<void> {
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
}

import type pg from 'pg';
import { DatabaseClient } from './client.ts';

/**
 * A connection outside the pools, which is closed at the end of the block. A connection that breaks
 * rejects the running statement.
 */
export const connect = async (
  connectionString: string,
  purpose: string,
): Promise<pg.Client & AsyncDisposable> => {
  const client = new DatabaseClient({ connectionString, application_name: `cpe-desk ${purpose}` });
  client.on('error', () => {});
  await client.connect();
  return Object.assign(client, { [Symbol.asyncDispose]: () => client.end().catch(() => {}) });
};

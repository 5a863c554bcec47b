import { setTimeout as delay } from 'node:timers/promises';
import { StartError } from '../process/start-error.ts';
import { DatabaseClient } from './client.ts';
import { isDatabaseUnavailable } from './errors.ts';

const TRY_EVERY_MS = 500;
const CONNECT_WITHIN_MS = 5000;
/** A failover or a restart of the database ends within this time. */
const WAIT_AT_MOST_MS = 60_000;

type Waiting = {
  print: (line: string) => void;
  /** Ends the wait: the process stops. */
  signal?: AbortSignal | undefined;
  withinMs?: number;
};

/**
 * Why the database cannot be written to now; undefined where it can. Throws errors that waiting
 * does not remove.
 */
const unavailableReason = async (url: string): Promise<string | undefined> => {
  const client = new DatabaseClient({
    connectionString: url,
    connectionTimeoutMillis: CONNECT_WITHIN_MS,
    query_timeout: CONNECT_WITHIN_MS,
    application_name: 'cpe-desk start',
  });
  client.on('error', () => {});
  try {
    await client.connect();
    const { rows } = await client.query<{ standby: boolean }>(
      'select pg_is_in_recovery() as standby',
    );
    return rows[0]?.standby ? 'the server is a standby and accepts no writes' : undefined;
  } catch (error) {
    if (!isDatabaseUnavailable(error)) throw error;
    return error instanceof Error && error.message ? error.message : 'no answer';
  } finally {
    // A silent server would delay this by its goodbye.
    void client.end().catch(() => {});
  }
};

/**
 * Waits until the database of a setting accepts writes, at most a minute. A wrong password or name
 * ends the wait at once with PostgreSQL's own error.
 */
export const waitForDatabase = async (
  setting: string,
  url: string,
  { print, signal, withinMs = WAIT_AT_MOST_MS }: Waiting,
): Promise<void> => {
  const deadline = performance.now() + withinMs;
  let lastReason: string | undefined;
  for (;;) {
    const reason = await unavailableReason(url);
    if (reason === undefined) return;
    if (performance.now() > deadline)
      throw new StartError(
        'database-away',
        `${setting}: the database is not available after ${withinMs / 1000} s (${reason})`,
      );
    if (reason !== lastReason) print(`Waiting for the database of ${setting}: ${reason}`);
    lastReason = reason;
    await delay(TRY_EVERY_MS, undefined, { signal });
  }
};

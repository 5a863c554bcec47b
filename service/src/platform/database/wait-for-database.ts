import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { StartError } from '../process/start-error.ts';
import { isDatabaseAway } from './errors.ts';

const TRY_EVERY_MS = 500;
const CONNECT_WITHIN_MS = 5000;
/** A failover or a restart of the database ends within this time. */
const WAIT_AT_MOST_MS = 60_000;

type Waiting = {
  say: (line: string) => void;
  /** Ends the wait: the process stops. */
  signal?: AbortSignal | undefined;
  withinMs?: number;
};

/** Why the database cannot be written to now; undefined where it can. Throws what waiting does not mend. */
const trouble = async (url: string): Promise<string | undefined> => {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: CONNECT_WITHIN_MS,
    query_timeout: CONNECT_WITHIN_MS,
    application_name: 'cpe-desk start',
  });
  client.on('error', () => {});
  try {
    await client.connect();
    const { rows } = await client.query<{ standby: boolean }>('select pg_is_in_recovery() as standby');
    return rows[0]?.standby ? 'the server is a standby and takes no writes' : undefined;
  } catch (error) {
    if (!isDatabaseAway(error)) throw error;
    return error instanceof Error && error.message ? error.message : 'no answer';
  } finally {
    // A server that is silent would keep us waiting for its goodbye.
    void client.end().catch(() => {});
  }
};

/**
 * Waits until the database of a setting takes writes, at most a minute. A wrong password or name
 * ends the wait at once: PostgreSQL's own error is thrown.
 */
export const waitForDatabase = async (
  setting: string,
  url: string,
  { say, signal, withinMs = WAIT_AT_MOST_MS }: Waiting,
): Promise<void> => {
  const deadline = performance.now() + withinMs;
  let said: string | undefined;
  for (;;) {
    const why = await trouble(url);
    if (why === undefined) return;
    if (performance.now() > deadline)
      throw new StartError(
        'database-away',
        `${setting}: the database is not available after ${withinMs / 1000} s (${why})`,
      );
    if (why !== said) say(`Waiting for the database of ${setting}: ${why}`);
    said = why;
    await delay(TRY_EVERY_MS, undefined, { signal });
  }
};

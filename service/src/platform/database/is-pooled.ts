import pg from 'pg';

/** What a pooler answers to a parameter of the session that it does not know. */
const PROTOCOL_VIOLATION = '08P01';
const TRIED_MS = 54_321;

/** Whether a setting of the session that is made when it starts holds in the statements after that. */
const keepsSettings = async (url: string): Promise<boolean> => {
  const tried = new URL(url);
  tried.searchParams.set('options', `-c statement_timeout=${TRIED_MS}`);
  const client = new pg.Client({ connectionString: tried.href, application_name: 'cpe-desk' });
  client.on('error', () => {});
  try {
    await client.connect();
    const { rows } = await client.query<{ ms: string }>(
      "select setting as ms from pg_settings where name = 'statement_timeout'",
    );
    return rows[0]?.ms === String(TRIED_MS);
  } catch (error) {
    if (error instanceof pg.DatabaseError && error.code === PROTOCOL_VIOLATION) return false;
    throw error;
  } finally {
    await client.end().catch(() => {});
  }
};

/**
 * Whether there is a pooler between the desk and its database. Then a limit is set in each transaction:
 * what a session is set to may not hold for the next statement.
 */
export const isPooled = async (
  url: string,
  {
    DATABASE_PREPARE,
    DATABASE_LISTEN_URL,
  }: { DATABASE_PREPARE: boolean; DATABASE_LISTEN_URL?: string | undefined },
): Promise<boolean> => !DATABASE_PREPARE || DATABASE_LISTEN_URL !== undefined || !(await keepsSettings(url));

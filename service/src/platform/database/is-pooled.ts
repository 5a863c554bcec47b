import pg from 'pg';
import { connect } from './connect.ts';

/** A pooler's error for a session parameter that it does not know. */
const PROTOCOL_VIOLATION = '08P01';
const TRIED_MS = 54_321;

/** Whether a session setting from the start applies to later statements. */
const keepsSettings = async (url: string): Promise<boolean> => {
  const tried = new URL(url);
  tried.searchParams.set('options', `-c statement_timeout=${TRIED_MS}`);
  try {
    await using client = await connect(tried.href, 'start');
    const { rows } = await client.query<{ ms: string }>(
      "select setting as ms from pg_settings where name = 'statement_timeout'",
    );
    return rows[0]?.ms === String(TRIED_MS);
  } catch (error) {
    if (error instanceof pg.DatabaseError && error.code === PROTOCOL_VIOLATION) return false;
    throw error;
  }
};

/**
 * Whether a pooler is between the desk and its database. In that case each transaction sets its
 * limits, because a session's setting may not apply to the next statement.
 */
export const isPooled = async (
  url: string,
  {
    DATABASE_PREPARE,
    DATABASE_LISTEN_URL,
  }: { DATABASE_PREPARE: boolean; DATABASE_LISTEN_URL?: string | undefined },
): Promise<boolean> =>
  !DATABASE_PREPARE || DATABASE_LISTEN_URL !== undefined || !(await keepsSettings(url));

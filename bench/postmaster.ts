import pg from 'pg';
import { parentOf } from './process-tree.ts';

/** The process id of the PostgreSQL server of a database on this machine. */
export const postmasterOf = async (url: string): Promise<number> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
    // While the session runs: its parent cannot be read afterwards.
    return await parentOf(rows[0]?.pid ?? 0);
  } finally {
    await client.end();
  }
};

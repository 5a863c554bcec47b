import { type Pool, run, statement } from '../../src/platform/database/database.ts';
import { until } from './until.ts';

const countWaiting = statement<{ waiting: number }>(
  'test-count-waiting-for-locks',
  `select count(*) as waiting from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock'`,
);

/** An idle transaction that keeps the locks of `sql`, as a forgotten console does. */
export const holdLock = async (
  db: Pool,
  sql: string,
  params: unknown[] = [],
): Promise<{ release(): Promise<void> }> => {
  const client = await db.connect();
  const release = () =>
    client.query('rollback').then(
      () => client.release(),
      (lost: Error) => client.release(lost),
    );
  try {
    await client.query('begin');
    await client.query(sql, params);
  } catch (error) {
    await release();
    throw error;
  }
  return { release };
};

/** Waits until a statement waits for a lock. */
export const someoneWaits = (db: Pool) =>
  until('a statement waits for a lock', async () => {
    const [row] = await run(db, countWaiting, []);
    return (row?.waiting ?? 0) > 0;
  });

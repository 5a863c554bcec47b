import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from '../database/connect.ts';

// Any number that no other advisory lock in the database uses.
const MIGRATION_LOCK = 7_274_001;
const POLL_MS = 100;

/**
 * Runs `work` while no other instance migrates or grants. The lock is polled: a waiting statement
 * has a snapshot, and `create index concurrently` of the lock's holder would wait for its end. The
 * lock belongs to a transaction on a connection of its own. That transaction has no snapshot
 * between its statements, and a pooler keeps it together.
 */
export const withMigrationLock = async <Result>(
  url: string,
  work: () => Promise<Result>,
): Promise<Result> => {
  await using client = await connect(url, 'migration lock');
  const acquire = async (): Promise<boolean> => {
    // Without parameters: a portal of the extended protocol keeps its snapshot until the next one.
    const { rows } = await client.query<{ is_ours: boolean }>(
      `select pg_try_advisory_xact_lock(${MIGRATION_LOCK}) as is_ours`,
    );
    return rows[0]?.is_ours === true;
  };
  await client.query('begin isolation level read committed');
  await client.query('set local idle_in_transaction_session_timeout = 0');
  while (!(await acquire())) await sleep(POLL_MS);
  return await work();
};

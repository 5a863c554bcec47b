import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from '../database/connect.ts';

// Any number that no other advisory lock in the database uses.
const MIGRATION_LOCK = 7_274_001;
const POLL_MS = 100;

/**
 * Runs `work` while no other instance migrates or grants. The lock belongs to a transaction on a
 * connection of its own, which a pooler keeps together. It is polled, each time in a new
 * transaction: `create index concurrently` of the lock's holder waits for the end of every
 * transaction that had a snapshot when it looked.
 */
export const withMigrationLock = async <Result>(
  url: string,
  work: () => Promise<Result>,
): Promise<Result> => {
  await using client = await connect(url, 'migration lock');
  const acquire = async (): Promise<boolean> => {
    await client.query('begin isolation level read committed');
    await client.query('set local idle_in_transaction_session_timeout = 0');
    // Without parameters: a portal of the extended protocol keeps its snapshot until the next one.
    const { rows } = await client.query<{ is_ours: boolean }>(
      `select pg_try_advisory_xact_lock(${MIGRATION_LOCK}) as is_ours`,
    );
    if (rows[0]?.is_ours) return true;
    await client.query('rollback');
    return false;
  };
  while (!(await acquire())) await sleep(POLL_MS);
  return await work();
};

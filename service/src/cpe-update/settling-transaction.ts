import { inTransaction, type Pool, run, type Transaction } from '../platform/database/database.ts';
import { setLockTimeout } from './settle-update.sql.ts';

/** Longest wait for one lock, ms. A longer lock delays this update and no other. */
export const LOCK_TIMEOUT_MS = 1000;

/** A transaction that settles. It gives up where a lock is held too long, and is retried later. */
export const settlingTransaction = <Result>(
  db: Pool,
  work: (tx: Transaction) => Promise<Result>,
): Promise<Result> =>
  inTransaction(db, async (tx) => {
    await run(tx, setLockTimeout, [`${LOCK_TIMEOUT_MS}ms`]);
    return work(tx);
  });

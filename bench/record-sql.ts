import type pg from 'pg';
import type { Pool } from '../service/src/platform/database/database.ts';

export type Sent = { text: string; values: readonly unknown[] };

/**
 * A pool that passes statements on and records each of them in order, inside and outside
 * transactions.
 */
export const recordingPool = (pool: Pool, sent: Sent[]): Pool => {
  const recordStatement = ({ text, values }: pg.QueryConfig<unknown[]>) =>
    void sent.push({ text, values: values ?? [] });
  return {
    ...pool,
    connection: {
      query(query, signal) {
        recordStatement(query);
        return pool.connection.query(query, signal);
      },
    },
    async begin() {
      const transaction = await pool.begin();
      return {
        ...transaction,
        query(query) {
          recordStatement(query);
          return transaction.query(query);
        },
      };
    },
  };
};

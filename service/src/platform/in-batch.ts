import { mayBeOfOneRow } from './database/errors.ts';

/** How long a batch waits for a lock before its rows are written alone, ms. */
const BATCH_LOCK_MS = 200;

/**
 * Runs a statement for all items of a batch. Where PostgreSQL refuses it, nothing was written, and
 * it runs again for each item alone: a row that breaks a constraint or waits for a lock neither
 * fails nor delays another row for longer.
 */
export const inBatch = async <Item, Result>(
  items: readonly Item[],
  execute: (items: readonly Item[], lockMs?: number) => Promise<readonly Result[]>,
): Promise<readonly (Result | Promise<Result>)[]> => {
  if (items.length === 1) return execute(items);
  try {
    return await execute(items, BATCH_LOCK_MS);
  } catch (error) {
    if (!mayBeOfOneRow(error)) throw error;
    return items.map(async (item) => {
      for (const result of await execute([item])) return result;
      throw new Error('A batch of one has no result');
    });
  }
};

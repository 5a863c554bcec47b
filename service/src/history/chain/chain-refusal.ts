import pg from 'pg';

/** The errors that the triggers of migration 0019 raise. */
const REFUSALS: ReadonlySet<string | undefined> = new Set([
  'cpe_history_continues_chain',
  'cpe_history_has_time',
  'cpe_history_moves_end',
  'cpe_history_moves_by_one',
]);

/** Whether the database refused an entry: the chain or the clock changed after they were read. */
export const isChainRefusal = (error: unknown): boolean =>
  error instanceof pg.DatabaseError && REFUSALS.has(error.constraint);

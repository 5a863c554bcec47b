import { randomUUIDv7 } from 'node:crypto';
import type { Bulk, BulkState, Failure } from '@cpe-desk/contract';
import { one, run, type Transaction } from '../../platform/database/database.ts';
import { done, type Result } from '../../platform/result.ts';
import { bulkOf, loadBulk } from '../load-bulk.ts';
import { wrongBulkState } from '../with-bulk.ts';
import { type Act, actOnBulk, ROWS_AT_A_TIME } from './control.ts';
import type { BulkControlDeps } from './deps.ts';
import { insertRevert, insertRevertRows, selectLastRow } from './run.sql.ts';

const REVERTIBLE: readonly BulkState[] = ['paused', 'finished', 'cancelled'];

const nothingApplied: Failure = {
  code: 'not-revertible',
  detail: 'No row of this bulk was applied, so there is nothing to revert',
  conflicts: [],
};

/** Thrown to roll back a revert without rows. */
class NothingApplied extends Error {}

const insertRows = async (tx: Transaction, id: string, of: string): Promise<void> => {
  const { row: last } = await one(tx, selectLastRow, [of]);
  let count = 0;
  for (let after = 0; after < last; after += ROWS_AT_A_TIME)
    count += (await run(tx, insertRevertRows, [id, of, after, after + ROWS_AT_A_TIME])).length;
  if (count === 0) throw new NothingApplied();
};

/**
 * Makes a bulk that gives each line of an applied row its earlier values back. It is checked,
 * started and run as any other.
 */
export const revertBulk = async (
  { db }: BulkControlDeps,
  act: Act,
  reason: string,
): Promise<Result<Bulk>> => {
  const id = randomUUIDv7();
  const { caller } = act;
  try {
    const reverted = await actOnBulk(db, act, async (tx, bulk) => {
      if (!REVERTIBLE.includes(bulk.state)) return wrongBulkState(bulk.state, REVERTIBLE);
      await run(tx, insertRevert, [
        ...([id, bulk.id, reason, caller.id, caller.name, caller.segmentGroups] as const),
      ]);
      await insertRows(tx, id, bulk.id);
      return undefined;
    });
    if (!reverted.ok) return reverted;
  } catch (error) {
    if (error instanceof NothingApplied) return { ok: false, failure: nothingApplied };
    throw error;
  }
  const row = await loadBulk(db, id, caller.segmentGroups);
  if (!row) throw new Error(`${id} was recorded and is missing`);
  return done(bulkOf(row));
};

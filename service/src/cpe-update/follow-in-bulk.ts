import { type CpeUpdateState, type Failure, problemBody } from '@cpe-desk/contract';
import { run, type Transaction } from '../platform/database/database.ts';
import { type LockUpdateRow, settleBulkRow } from './settle-update.sql.ts';
import { storableJson } from './storable-json.ts';

/** Attempts of a bulk's row that do not reach NIG; after the last one the row has failed. */
const MOST_TRIES = 3;

/** The state of a row whose update has this state. `write-applied` sets `applied` itself. */
const rowStates: Readonly<Partial<Record<CpeUpdateState, string>>> = {
  rejected: 'refused',
  abandoned: 'waiting',
  unknown: 'unknown',
  'needs-attention': 'unknown',
};

/**
 * Gives the bulk's row that made an update the state that follows, in the transaction that settles
 * the update. `failure`: what the update answers.
 */
export const followInBulk = async (
  tx: Transaction,
  { id, bulk_id, bulk_row }: Pick<LockUpdateRow, 'id' | 'bulk_id' | 'bulk_row'>,
  state: CpeUpdateState,
  failure: Failure | null,
): Promise<void> => {
  const rowState = rowStates[state];
  if (bulk_id === null || bulk_row === null || rowState === undefined) return;
  const outcome = failure && storableJson(problemBody(failure));
  await run(tx, settleBulkRow, [id, bulk_id, bulk_row, rowState, outcome, MOST_TRIES]);
};

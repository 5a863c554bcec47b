import type { Bulk, BulkRetryRequest } from '@cpe-desk/contract';
import { one, run } from '../../platform/database/database.ts';
import type { Result } from '../../platform/result.ts';
import { beginCheck } from '../begin-check.ts';
import { wrongBulkState } from '../with-bulk.ts';
import { type Act, actOnBulk, ROWS_AT_A_TIME } from './control.ts';
import type { BulkControlDeps } from './deps.ts';
import { markForCheck, recount, selectLastRow } from './run.sql.ts';

const noRows = {
  code: 'malformed-request',
  detail: 'No row of the bulk has these states and codes',
  errors: [{ pointer: '/states', code: 'no-rows', detail: 'Choose states that rows have' }],
} as const;

/** Thrown to roll back a retry that would check nothing. */
class NothingToRetry extends Error {}

/** Checks these rows again; the others keep their outcome. A start follows. */
export const retryBulk = async (
  { db }: BulkControlDeps,
  act: Act,
  { states, codes }: BulkRetryRequest,
): Promise<Result<Bulk>> => {
  try {
    return await actOnBulk(db, act, async (tx, { id, state }) => {
      if (state !== 'finished' && state !== 'paused')
        return wrongBulkState(state, ['finished', 'paused']);
      const checkNo = await beginCheck(tx, id, act.caller, 'marked rows');
      const { row: last } = await one(tx, selectLastRow, [id]);
      let marked = 0;
      for (let after = 0; after < last; after += ROWS_AT_A_TIME) {
        const until = after + ROWS_AT_A_TIME;
        const rows = await run(tx, markForCheck, [
          ...([id, checkNo, states, codes ?? null, after, until] as const),
        ]);
        marked += rows.length;
      }
      if (marked === 0) throw new NothingToRetry();
      await run(tx, recount, [id]);
      return undefined;
    });
  } catch (error) {
    if (error instanceof NothingToRetry)
      return { ok: false, failure: { ...noRows, errors: [...noRows.errors] } };
    throw error;
  }
};

import { type BulkState, bulkSchema, type Caller } from '@cpe-desk/contract';
import { inTransaction, maybeOne } from '../../platform/database/database.ts';
import { type Api, problemAnswers } from '../../platform/http/api.ts';
import { sendProblem } from '../../platform/http/problem.ts';
import { failed, type Result } from '../../platform/result.ts';
import { beginCheck } from '../begin-check.ts';
import { lockBulk } from '../bulk.sql.ts';
import type { BulkDeps } from '../deps.ts';
import { isBulkId } from '../load-bulk.ts';
import { bulkNotFound, bulkParams, sendBulk, wrongBulkState } from '../with-bulk.ts';

const CHECKABLE: readonly BulkState[] = ['checked', 'paused', 'finished'];

/** Begins a check of all rows that are waiting or left out. */
const checkAgain = async (
  { db }: Pick<BulkDeps, 'db'>,
  caller: Caller,
  bulkId: string,
): Promise<Result<string>> => {
  if (!isBulkId(bulkId)) return failed(bulkNotFound(bulkId));
  return inTransaction(db, async (tx) => {
    const bulk = await maybeOne(tx, lockBulk, [bulkId, caller.segmentGroups]);
    if (!bulk) return failed(bulkNotFound(bulkId));
    if (!CHECKABLE.includes(bulk.state)) return failed(wrongBulkState(bulk.state, CHECKABLE));
    await beginCheck(tx, bulkId, caller, 'all open rows');
    return { ok: true, value: bulkId };
  });
};

/** `POST /ticket/ctt/cpe/bulk/:bulkId/check`. */
export const registerBulkCheck = (app: Api, deps: BulkDeps): void => {
  app.post(
    '/ticket/ctt/cpe/bulk/:bulkId/check',
    {
      config: { action: 'cpe-bulk:run' },
      schema: {
        summary: 'Checks all rows again that are not settled',
        tags: ['bulk corrections'],
        params: bulkParams,
        response: { 202: bulkSchema, ...problemAnswers('not-found', 'wrong-bulk-state') },
      },
    },
    async (request, reply) => {
      const begun = await checkAgain(deps, request.caller, request.params.bulkId);
      return begun.ok
        ? sendBulk(deps, reply.code(202), begun.value)
        : sendProblem(reply, begun.failure);
    },
  );
};

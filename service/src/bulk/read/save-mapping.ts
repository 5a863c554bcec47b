import {
  type BulkMappingRequest,
  type BulkState,
  bulkMappingSchema,
  bulkQuestionSchema,
  type Caller,
} from '@cpe-desk/contract';
import { z } from 'zod';
import { inTransaction, maybeOne, run } from '../../platform/database/database.ts';
import { failed, type Result } from '../../platform/result.ts';
import { beginCheck } from '../begin-check.ts';
import { lockBulk, type SelectBulkRow } from '../bulk.sql.ts';
import type { BulkDeps } from '../deps.ts';
import { isBulkId } from '../load-bulk.ts';
import { bulkNotFound, wrongBulkState } from '../with-bulk.ts';
import { answerQuestions } from './mapping.ts';
import { setMapping } from './read.sql.ts';

/** A bulk that nobody started may be mapped again. */
const MAPPABLE: readonly BulkState[] = ['needs-mapping', 'checked'];

const questionsSchema = z.array(bulkQuestionSchema);

/** Takes the answers to a bulk's questions; it then is checked. */
export const saveMapping = async (
  { db }: Pick<BulkDeps, 'db'>,
  caller: Caller,
  bulkId: string,
  request: BulkMappingRequest,
): Promise<Result<Pick<SelectBulkRow, 'id'>>> => {
  if (!isBulkId(bulkId)) return failed(bulkNotFound(bulkId));
  return inTransaction(db, async (tx) => {
    const bulk = await maybeOne(tx, lockBulk, [bulkId, caller.segmentGroups]);
    if (!bulk) return failed(bulkNotFound(bulkId));
    const isStarted = bulk.started_at !== null || bulk.kind !== 'upload';
    if (isStarted || !MAPPABLE.includes(bulk.state))
      return failed(wrongBulkState(bulk.state, MAPPABLE));
    const present = bulkMappingSchema.parse(bulk.mapping);
    const questions = questionsSchema.parse(bulk.questions);
    const answered = answerQuestions(bulk.headings, present, questions, request);
    if (!answered.ok) return answered;
    await run(tx, setMapping, [bulkId, JSON.stringify(answered.value)]);
    await beginCheck(tx, bulkId, caller, 'all open rows');
    return { ok: true, value: bulk };
  });
};

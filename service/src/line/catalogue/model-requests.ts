import type { Caller, ModelRequest, ModelRequestBody } from '@cpe-desk/contract';
import type { FastifyRequest } from 'fastify';
import { recordAccess } from '../../access/access-log/record-access.ts';
import {
  inTransaction,
  maybeOne,
  one,
  type Pool,
  type Queryable,
  run,
} from '../../platform/database/database.ts';
import { done, failed, type Result } from '../../platform/result.ts';
import { findModel, modelExists } from './add-model.ts';
import {
  deleteModelRequest,
  insertModelRequest,
  type SelectModelRequestsRow,
  selectModelRequests,
} from './catalogue.sql.ts';

/** More than supervisors leave open. */
const MOST_REQUESTS = 200;

const requestOf = (row: SelectModelRequestsRow): ModelRequest => ({
  id: row.id,
  manufacturer: row.manufacturer,
  model: row.model,
  note: row.note,
  by: { id: row.actor_id, name: row.actor_name },
  at: row.at.toISOString(),
});

/** Requests a model that the catalogue lacks. */
export const requestModel = async (
  db: Pool,
  { id, name }: Caller,
  wanted: ModelRequestBody,
): Promise<Result<ModelRequest>> => {
  const found = await findModel(db, wanted);
  if (found) return failed(modelExists(found));
  const { manufacturer, model, note } = wanted;
  return done(requestOf(await one(db, insertModelRequest, [manufacturer, model, note, id, name])));
};

/** The requests that nobody has answered, the oldest first. */
export const listRequests = async (db: Queryable): Promise<ModelRequest[]> =>
  (await run(db, selectModelRequests, [MOST_REQUESTS])).map(requestOf);

/**
 * Declines a request; one that is gone was answered. The access log keeps who declined it.
 */
export const declineRequest = (
  db: Pool,
  { id, name }: Caller,
  requestId: string,
  request: FastifyRequest,
): Promise<void> =>
  inTransaction(db, async (tx) => {
    const row = await maybeOne(tx, deleteModelRequest, [requestId]);
    if (row) await recordAccess(tx, 'model-request-declined', { id, name }, request, row);
  });

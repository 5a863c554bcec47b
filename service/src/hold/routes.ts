import {
  type Caller,
  type Hold,
  type HoldRequest,
  holdRequestSchema,
  holdSchema,
} from '@cpe-desk/contract';
import type { FastifyRequest } from 'fastify';
import { recordAccess } from '../access/access-log/record-access.ts';
import { inTransaction, one, type Pool, type Queryable } from '../platform/database/database.ts';
import { type Api, problemAnswers } from '../platform/http/api.ts';
import { type Readers, reading } from '../platform/http/reading.ts';
import { areAllAtLeast } from '../platform/instances/registry.ts';
import { type SelectHoldRow, saveHold, selectHold } from './hold.sql.ts';

/** The migration that adds the hold. An instance of an older release ignores holds. */
const NEEDED_SCHEMA = 25;

const holdOf = async (db: Queryable, row: SelectHoldRow): Promise<Hold> => ({
  held: row.held,
  reason: row.reason,
  by: row.actor_id === null ? null : { id: row.actor_id, name: row.actor_name ?? row.actor_id },
  at: row.at.toISOString(),
  everywhere: await areAllAtLeast(db, NEEDED_SCHEMA),
});

/** Whether all updates are held, by whom and why. */
export const readHold = async (db: Queryable): Promise<Hold> =>
  holdOf(db, await one(db, selectHold, []));

/** Holds or releases all updates. The commit puts it in force on all instances. */
const setHold = async (
  db: Pool,
  { id, name }: Caller,
  { held, reason = null }: HoldRequest,
  request: FastifyRequest,
): Promise<Hold> => {
  const row = await inTransaction(db, async (tx) => {
    await recordAccess(tx, held ? 'updates-held' : 'updates-released', { id, name }, request, {
      reason,
    });
    return one(tx, saveHold, [held, reason, id, name]);
  });
  request.log.warn({ held, by: id }, held ? 'updates are held' : 'updates are released');
  return holdOf(db, row);
};

/** `PUT /policy/hold`, for on-call staff, and `GET /policy/hold`, for all signed-in callers. */
export const registerHold = (app: Api, deps: Pick<Readers, 'reads'> & { db: Pool }): void => {
  app.put(
    '/policy/hold',
    {
      config: { action: 'policy:hold' },
      schema: {
        summary: 'Holds or releases all updates; settling and reads continue in any case',
        tags: ['operations'],
        body: holdRequestSchema,
        response: { 200: holdSchema, ...problemAnswers('malformed-request') },
      },
    },
    async (request) => setHold(deps.db, request.caller, request.body, request),
  );
  app.get(
    '/policy/hold',
    {
      config: { action: 'signed-in', isPassive: true },
      schema: {
        summary: 'Whether all updates are held, by whom and why',
        tags: ['operations'],
        response: { 200: holdSchema, ...problemAnswers() },
      },
    },
    async (_, reply) => readHold(reading(deps, reply).db),
  );
};

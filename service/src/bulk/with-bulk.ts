import type { Bulk, BulkState, Failure } from '@cpe-desk/contract';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import type { Queryable } from '../platform/database/database.ts';
import { addToLine } from '../platform/http/request-lines.ts';
import { bulkOf, loadBulk } from './load-bulk.ts';

export const bulkParams = z.object({ bulkId: z.string() });

/** The failure for a bulk that does not exist, or that the caller may not see. */
export const bulkNotFound = (id: string): Failure => ({
  code: 'not-found',
  detail: `Your segment groups have no bulk ${id.slice(0, 80)}`,
});

/** The failure of an action that the bulk's state does not allow. */
export const wrongBulkState = (state: BulkState, allowed: readonly BulkState[]): Failure => ({
  code: 'wrong-bulk-state',
  detail: `The bulk is ${state}; this is possible while it is ${allowed.join(' or ')}`,
  state,
});

/** The answer of an action: the bulk as it is now. */
export const sendBulk = async (
  { db }: { db: Queryable },
  reply: FastifyReply,
  bulkId: string,
): Promise<Bulk> => {
  addToLine(reply.request, { bulkId });
  const row = await loadBulk(db, bulkId, null);
  if (!row) throw new Error('A bulk is never deleted');
  return bulkOf(row);
};

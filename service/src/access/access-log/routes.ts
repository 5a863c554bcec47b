import {
  type AccessEntry,
  type AccessLogPage,
  type AccessLogQuery,
  accessLogPageSchema,
  accessLogQuerySchema,
} from '@cpe-desk/contract';
import { z } from 'zod';
import { type Queryable, run } from '../../platform/database/database.ts';
import { type Api, problemAnswers } from '../../platform/http/api.ts';
import { notACursor, readCursor, writeCursor } from '../../platform/http/cursor.ts';
import { sendProblem } from '../../platform/http/problem.ts';
import { type Readers, reading } from '../../platform/http/reading.ts';
import { type SelectAccessRow, selectAccess } from './access-log.sql.ts';

const ORDER = 'access-log';

const entryOf = (row: SelectAccessRow): AccessEntry => ({
  id: String(row.id),
  at: row.at.toISOString(),
  event: row.event,
  by: row.subject === null ? null : { id: row.subject, name: row.name ?? row.subject },
  address: row.address,
  requestId: row.request_id,
  detail: z.record(z.string(), z.unknown()).parse(row.detail),
});

/** The id at which the previous page ended; undefined for a cursor of another list. */
const idIn = (cursor: string): number | undefined => {
  const id = Number(readCursor(cursor, ORDER)?.[0]);
  return Number.isSafeInteger(id) && id > 0 ? id : undefined;
};

const readAccessLog = async (
  db: Queryable,
  query: AccessLogQuery,
): Promise<AccessLogPage | undefined> => {
  const { event = null, subject = null, cursor, limit } = query;
  const before = cursor === undefined ? null : idIn(cursor);
  if (before === undefined) return undefined;
  const rows = await run(db, selectAccess, [event, subject, before, limit + 1]);
  const items = rows.slice(0, limit).map(entryOf);
  const last = items.at(-1);
  return {
    items,
    nextCursor: rows.length > limit && last ? writeCursor(ORDER, [last.id, '']) : null,
  };
};

/** `GET /auth/access-log`, for admins. */
export const registerAccessLog = (app: Api, deps: Pick<Readers, 'reads'>): void => {
  app.get(
    '/auth/access-log',
    {
      config: { action: 'access-log:read' },
      schema: {
        summary: 'Sign-ins, refusals, exports and policy changes, newest first',
        tags: ['sign-in'],
        querystring: accessLogQuerySchema,
        response: { 200: accessLogPageSchema, ...problemAnswers('malformed-request') },
      },
    },
    async (request, reply) => {
      const page = await readAccessLog(reading(deps, reply).db, request.query);
      return page ?? sendProblem(reply, notACursor);
    },
  );
};

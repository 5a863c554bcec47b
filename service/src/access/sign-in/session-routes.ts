import {
  type PortalSession,
  type PortalSessionPage,
  type PortalSessionQuery,
  portalSessionPageSchema,
  portalSessionQuerySchema,
} from '@cpe-desk/contract';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import {
  inTransaction,
  maybeOne,
  type Pool,
  type Queryable,
  run,
} from '../../platform/database/database.ts';
import { type Api, problemAnswers } from '../../platform/http/api.ts';
import { notACursor, readCursor, writeCursor } from '../../platform/http/cursor.ts';
import { sendProblem } from '../../platform/http/problem.ts';
import { type Readers, reading } from '../../platform/http/reading.ts';
import { recordAccess } from '../access-log/record-access.ts';
import { callerOf } from '../identity/caller.ts';
import { cookiesFor } from './cookies.ts';
import { hashOf } from './portal-session.ts';
import {
  endPortalSession,
  type SelectPortalSessionsRow,
  selectPortalSessions,
} from './sign-in.sql.ts';
import type { SignInConfig } from './sign-in-config.ts';

const ORDER = 'sessions';

type Deps = Pick<Readers, 'reads'> & { db: Pool; config: SignInConfig };

const sessionOf = (row: SelectPortalSessionsRow, current: string | undefined): PortalSession => {
  const held = { roles: row.roles, segmentGroups: row.segment_groups };
  const { id, name, roles, segmentGroups } = callerOf(row.subject, row.name, held);
  return {
    id: row.token_hash,
    person: { id, name },
    roles,
    segmentGroups,
    createdAt: row.created_at.toISOString(),
    lastUsedAt: row.seen_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
    isCurrent: row.token_hash === current,
  };
};

const listSessions = async (
  db: Queryable,
  query: PortalSessionQuery,
  idleMinutes: number,
  current: string | undefined,
): Promise<PortalSessionPage | undefined> => {
  const { subject = null, cursor, limit } = query;
  const after = cursor === undefined ? ([null, null] as const) : readCursor(cursor, ORDER);
  if (after === undefined) return undefined;
  const rows = await run(db, selectPortalSessions, [subject, idleMinutes, ...after, limit + 1]);
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: shown.map((row) => sessionOf(row, current)),
    nextCursor:
      rows.length > limit && last ? writeCursor(ORDER, [last.subject, last.token_hash]) : null,
  };
};

/** Ends a session; false where there is none with this id. */
const endSession = (db: Pool, id: string, request: FastifyRequest): Promise<boolean> =>
  inTransaction(db, async (tx) => {
    const ended = await maybeOne(tx, endPortalSession, [id]);
    if (ended === undefined) return false;
    const { subject, name } = ended;
    const detail = { reason: 'ended-by-admin', person: subject, personName: name };
    await recordAccess(tx, 'session-ended', request.caller, request, detail);
    return true;
  });

/** `GET /access/sessions` and `DELETE /access/sessions/{sessionId}`, for admins. */
export const registerSessions = (app: Api, deps: Deps): void => {
  const { publicUrl, sessionIdleMinutes } = deps.config;
  const { session } = cookiesFor(publicUrl);
  app.get(
    '/access/sessions',
    {
      config: { action: 'session:manage' },
      schema: {
        summary: 'The open sessions of the portal, those of a person together',
        tags: ['access'],
        querystring: portalSessionQuerySchema,
        response: { 200: portalSessionPageSchema, ...problemAnswers('malformed-request') },
      },
    },
    async (request, reply) => {
      const { db } = reading(deps, reply);
      const cookie = request.cookies[session];
      const current = cookie === undefined ? undefined : hashOf(cookie);
      const page = await listSessions(db, request.query, sessionIdleMinutes, current);
      return page ?? sendProblem(reply, notACursor);
    },
  );
  app.delete(
    '/access/sessions/:sessionId',
    {
      config: { action: 'session:manage' },
      schema: {
        summary: "Ends a person's session, on all instances at once",
        tags: ['access'],
        params: z.object({ sessionId: z.string().describe('Id of the session') }),
        response: { 204: z.null(), ...problemAnswers('not-found') },
      },
    },
    async (request, reply) => {
      if (await endSession(deps.db, request.params.sessionId, request))
        return reply.code(204).send(null);
      return sendProblem(reply, {
        code: 'not-found',
        detail: 'There is no such session; it may have ended',
      });
    },
  );
};

import {
  inboxPageSchema,
  inboxQuerySchema,
  inboxReadSchema,
  inboxUnreadSchema,
} from '@cpe-desk/contract';
import type { Pool } from '../platform/database/database.ts';
import { type Api, problemAnswers } from '../platform/http/api.ts';
import { notACursor } from '../platform/http/cursor.ts';
import { sendProblem } from '../platform/http/problem.ts';
import { type Readers, reading } from '../platform/http/reading.ts';
import { markRead, readInbox } from './read-inbox.ts';

/**
 * `GET /inbox` and `POST /inbox/read`: what happened to the caller's updates, and what waits for
 * them. The database writes the entries in the transaction that settles (`notify_of_update`).
 */
export const registerInbox = (app: Api, deps: Pick<Readers, 'reads'> & { db: Pool }): void => {
  const tags = ['inbox'];
  app.get(
    '/inbox',
    {
      config: { action: 'signed-in', isPassive: true },
      schema: {
        summary: 'Your own notifications of the last 30 days, newest first',
        tags,
        querystring: inboxQuerySchema,
        response: { 200: inboxPageSchema, ...problemAnswers('malformed-request') },
      },
    },
    async (request, reply) => {
      const { db } = reading(deps, reply);
      return (await readInbox(db, request.caller, request.query)) ?? sendProblem(reply, notACursor);
    },
  );
  app.post(
    '/inbox/read',
    {
      config: { action: 'signed-in' },
      schema: {
        summary: 'Marks entries as read: these, or all up to one',
        tags,
        body: inboxReadSchema,
        response: { 200: inboxUnreadSchema, ...problemAnswers('malformed-request') },
      },
    },
    async (request) => ({ unread: await markRead(deps.db, request.caller, request.body) }),
  );
};

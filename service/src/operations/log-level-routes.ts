import {
  type Caller,
  type LogLevelRequest,
  logLevelRequestSchema,
  logLevelStateSchema,
} from '@cpe-desk/contract';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { recordAccess } from '../access/access-log/record-access.ts';
import { inTransaction, type Pool, run } from '../platform/database/database.ts';
import { type Api, problemAnswers } from '../platform/http/api.ts';
import type { LogLevelControl } from '../platform/log-level.ts';
import { announceLogLevel } from './operations.sql.ts';

/** Sets the level on all instances that run now: here at once, elsewhere with the commit. */
const setEverywhere = async (
  db: Pool,
  { id, name }: Caller,
  wanted: LogLevelRequest,
  request: FastifyRequest,
): Promise<void> =>
  inTransaction(db, async (tx) => {
    await recordAccess(tx, 'log-level-set', { id, name }, request, { ...wanted });
    await run(tx, announceLogLevel, [JSON.stringify(wanted)]);
  });

const announced = z
  .string()
  .transform((text, context) => {
    try {
      return JSON.parse(text);
    } catch {
      context.addIssue('no JSON');
      return z.NEVER;
    }
  })
  .pipe(logLevelRequestSchema);

/** Sets the levels that instances announce. A later release may announce what this one lacks. */
export const followLogLevel = (
  live: { subscribeLogLevel(listener: (text: string) => void): void },
  logLevel: Pick<LogLevelControl, 'set'>,
): void =>
  live.subscribeLogLevel((text) => {
    const { data } = announced.safeParse(text);
    if (data) logLevel.set(data);
  });

/** `PUT /admin/log-level` and `GET /admin/log-level`, for admins. */
export const registerLogLevel = (
  app: Api,
  { db, logLevel }: { db: Pool; logLevel: LogLevelControl },
): void => {
  app.put(
    '/admin/log-level',
    {
      config: { action: 'log-level:set' },
      schema: {
        summary: 'Sets the log level of all running instances, for some minutes or until changed',
        tags: ['operations'],
        body: logLevelRequestSchema,
        response: { 200: logLevelStateSchema, ...problemAnswers('malformed-request') },
      },
    },
    async (request) => {
      await setEverywhere(db, request.caller, request.body, request);
      logLevel.set(request.body);
      return logLevel.state();
    },
  );
  app.get(
    '/admin/log-level',
    {
      config: { action: 'log-level:set' },
      schema: {
        summary: 'The log level of the instance that answers',
        tags: ['operations'],
        response: { 200: logLevelStateSchema, ...problemAnswers() },
      },
    },
    async () => logLevel.state(),
  );
};

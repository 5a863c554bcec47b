import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { type Pool, run, statement } from '../database.ts';
import { type Api, problemAnswers } from '../http/api.ts';
import { sendProblem } from '../http/problem.ts';

const ANSWER_WITHIN_MS = 2000;

const ping = statement<{ one: number }>('ping', 'select 1 as one');

const isAnswering = (db: Pool): Promise<boolean> =>
  Promise.race([
    run(db, ping, []).then(
      () => true,
      () => false,
    ),
    delay(ANSWER_WITHIN_MS, false, { ref: false }),
  ]);

/**
 * `GET /healthz`: the process answers. `GET /readyz`: it can work, that is, the database answers. NIG is not asked:
 * without it everything but an update still works, and no other instance would reach it either.
 */
export const registerHealth = (app: Api, db: Pool): void => {
  app.get(
    '/healthz',
    {
      config: { action: 'public', rateLimit: false },
      schema: {
        summary: 'The process answers',
        tags: ['operations'],
        response: { 200: z.object({ status: z.literal('alive') }) },
      },
    },
    async () => ({ status: 'alive' as const }),
  );
  app.get(
    '/readyz',
    {
      config: { action: 'public', rateLimit: false },
      schema: {
        summary: 'The desk can work: its database answers',
        tags: ['operations'],
        response: { 200: z.object({ status: z.literal('ready') }), ...problemAnswers() },
      },
    },
    async (_, reply) =>
      (await isAnswering(db))
        ? { status: 'ready' as const }
        : sendProblem(reply, { code: 'unavailable', detail: 'The database does not answer' }),
  );
};

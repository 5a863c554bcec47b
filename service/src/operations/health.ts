import { z } from 'zod';
import { type Api, problemAnswers } from '../platform/http/api.ts';
import { sendProblem } from '../platform/http/problem.ts';
import type { Readiness } from '../platform/readiness.ts';

const registerAlive = (app: Api): void => {
  app.get(
    '/healthz',
    {
      config: { action: 'public', rateLimit: false },
      schema: {
        summary: 'The process answers; the database is not checked',
        tags: ['operations'],
        response: { 200: z.object({ status: z.literal('alive') }) },
      },
    },
    async () => ({ status: 'alive' as const }),
  );
};

/**
 * `GET /healthz`: the process answers. `GET /readyz`: the desk can work, because every check
 * passes. NIG is not checked: without it everything but an update works, and other instances do not
 * reach it either.
 */
export const registerHealth = (app: Api, readiness: Readiness): void => {
  registerAlive(app);
  app.get(
    '/readyz',
    {
      config: { action: 'public', rateLimit: false },
      schema: {
        summary: 'The desk can work: its database can write, and every other check passes',
        tags: ['operations'],
        response: { 200: z.looseObject({ status: z.literal('ready') }), ...problemAnswers() },
      },
    },
    async (_, reply) => {
      const answer = await readiness.ask();
      if (answer.isReady) return { status: 'ready' as const, ...answer.details };
      return sendProblem(reply, {
        code: 'unavailable',
        detail: `Not ready. ${answer.faults.join('. ')}`,
      });
    },
  );
};

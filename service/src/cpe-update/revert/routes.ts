import { cpeUpdateAnswerSchema, revertRequestSchema } from '@cpe-desk/contract';
import { type Api, problemAnswers } from '../../platform/http/api.ts';
import type { FlowDeps } from '../batches.ts';
import { keyed } from '../idempotency.ts';
import type { Probing } from '../limit-probing.ts';
import { CHECKS, originOf, SENDING, sendOutcome, updateHeaders } from '../send-outcome.ts';
import { updateParams, withUpdate } from '../with-update.ts';
import { revertUpdate } from './revert-update.ts';

/** Reverts an applied update. */
export const registerRevert = (app: Api, deps: FlowDeps, probing: Probing): void => {
  app.post(
    '/ticket/ctt/cpe/updates/:updateId/revert',
    {
      config: { action: 'cpe-update:revert' },
      preHandler: probing.refuse,
      schema: {
        summary: 'Reverts an applied update by a new one through the same flow',
        tags: ['cpe updates'],
        params: updateParams,
        headers: updateHeaders,
        body: revertRequestSchema,
        response: {
          200: cpeUpdateAnswerSchema,
          ...problemAnswers(...CHECKS, ...SENDING, 'not-found', 'not-revertible'),
        },
      },
    },
    async (request, reply) => {
      const { caller, params, body, headers } = request;
      return withUpdate(deps, params.updateId, caller.segmentGroups, reply, async (update) => {
        const of = { revertOf: update.updateId, ...body };
        const key = keyed(caller, headers['idempotency-key'], update.cttId, of);
        const outcome = await revertUpdate(deps, caller, update, body, key, originOf(request));
        return sendOutcome(request, reply, outcome, probing);
      });
    },
  );
};

import {
  attentionListSchema,
  cpeUpdateSchema,
  nigViewSchema,
  settlementRequestSchema,
} from '@cpe-desk/contract';
import { type Api, problemAnswers } from '../../platform/http/api.ts';
import { sendProblem } from '../../platform/http/problem.ts';
import { reading } from '../../platform/http/reading.ts';
import type { CpeUpdateDeps } from '../deps.ts';
import { updateParams, withUpdate } from '../with-update.ts';
import { fetchNigView } from './fetch-nig-view.ts';
import { listAttention, settleByPerson } from './settle-by-person.ts';

/** The routes for supervisors to settle updates of unknown outcome. */
export const registerAttention = (app: Api, deps: CpeUpdateDeps): void => {
  app.get(
    '/ticket/ctt/cpe/attention',
    {
      config: { action: 'cpe-update:settle' },
      schema: {
        summary: 'Updates that need a person, oldest first',
        tags: ['cpe updates'],
        response: { 200: attentionListSchema, ...problemAnswers() },
      },
    },
    async (request, reply) => ({
      items: await listAttention(reading(deps, reply), request.caller),
    }),
  );

  app.get(
    '/ticket/ctt/cpe/updates/:updateId/nig',
    {
      config: { action: 'cpe-update:settle' },
      schema: {
        summary: "NIG's present answer about an update and its line",
        tags: ['cpe updates'],
        params: updateParams,
        response: { 200: nigViewSchema, ...problemAnswers('not-found') },
      },
    },
    async (request, reply) =>
      withUpdate(
        reading(deps, reply),
        request.params.updateId,
        request.caller.segmentGroups,
        reply,
        (update) => fetchNigView(deps, update),
      ),
  );

  app.post(
    '/ticket/ctt/cpe/updates/:updateId/settle',
    {
      config: { action: 'cpe-update:settle' },
      schema: {
        summary: 'Settles an update that needs attention, with a reason that goes into the history',
        tags: ['cpe updates'],
        params: updateParams,
        body: settlementRequestSchema,
        response: {
          200: cpeUpdateSchema,
          ...problemAnswers('malformed-request', 'not-found', 'not-settleable'),
        },
      },
    },
    async (request, reply) => {
      const { caller, params, body } = request;
      return withUpdate(deps, params.updateId, caller.segmentGroups, reply, async (update) => {
        const settled = await settleByPerson(deps, caller, update, body);
        return settled.ok ? settled.value : sendProblem(reply, settled.failure);
      });
    },
  );
};

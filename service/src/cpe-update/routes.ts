import {
  cpePreviewSchema,
  cpeUpdateAnswerSchema,
  cpeUpdateRequestSchema,
  cpeUpdateSchema,
} from '@cpe-desk/contract';
import { type Api, idParams, problemAnswers } from '../platform/http/api.ts';
import { reading } from '../platform/http/reading.ts';
import type { FlowDeps } from './batches.ts';
import { previewUpdate, updateCpe } from './cpe-update.ts';
import type { CpeUpdateDeps } from './deps.ts';
import { keyed } from './idempotency.ts';
import type { Probing } from './limit-probing.ts';
import { CHECKS, originOf, SENDING, sendOutcome, updateHeaders } from './send-outcome.ts';
import { updateParams, withUpdate } from './with-update.ts';

const registerUpdate = (app: Api, deps: FlowDeps, probing: Probing): void => {
  app.post(
    '/ticket/ctt/cpe/update/:id',
    {
      config: { action: 'cpe-update:request' },
      preHandler: probing.refuse,
      schema: {
        summary: 'Corrects, refreshes or swaps the CPE of the ticket’s service line',
        tags: ['cpe updates'],
        params: idParams,
        headers: updateHeaders,
        body: cpeUpdateRequestSchema,
        response: { 200: cpeUpdateAnswerSchema, ...problemAnswers(...CHECKS, ...SENDING) },
      },
    },
    async (request, reply) => {
      const { caller, params, body, headers } = request;
      const key = keyed(caller, headers['idempotency-key'], params.id, body);
      const outcome = await updateCpe(deps, caller, params.id, body, key, originOf(request));
      return sendOutcome(request, reply, outcome, probing);
    },
  );
};

const registerPreview = (app: Api, deps: CpeUpdateDeps, probing: Probing): void => {
  app.post(
    '/ticket/ctt/cpe/preview/:id',
    {
      config: { action: 'cpe-update:preview' },
      preHandler: probing.refuse,
      schema: {
        summary: 'What the update with this body would do; records nothing, sends nothing',
        tags: ['cpe updates'],
        params: idParams,
        body: cpeUpdateRequestSchema,
        response: { 200: cpePreviewSchema, ...problemAnswers(...CHECKS) },
      },
    },
    async (request, reply) => {
      const { caller, params, body } = request;
      const preview = await previewUpdate(reading(deps, reply), caller, params.id, body);
      if (!preview.ok) return probing.sendFailure(request, reply, preview.failure);
      // Of concurrent previews, a success reveals as much as a refusal.
      return (await probing.isUsedUp(request, reply)) ? reply : preview.value;
    },
  );
};

const registerOneUpdate = (app: Api, deps: CpeUpdateDeps): void => {
  app.get(
    '/ticket/ctt/cpe/updates/:updateId',
    {
      config: { action: 'cpe-update:read' },
      schema: {
        summary: 'One update and its state',
        tags: ['cpe updates'],
        params: updateParams,
        response: { 200: cpeUpdateSchema, ...problemAnswers('not-found') },
      },
    },
    async (request, reply) =>
      withUpdate(
        reading(deps, reply),
        request.params.updateId,
        request.caller.segmentGroups,
        reply,
        async (update) => update,
      ),
  );
};

/** The update, its preview, and one update by id. */
export const registerCpeUpdates = (app: Api, deps: FlowDeps, probing: Probing): void => {
  registerUpdate(app, deps, probing);
  registerPreview(app, deps, probing);
  registerOneUpdate(app, deps);
};

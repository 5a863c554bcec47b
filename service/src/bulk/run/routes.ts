import {
  bulkPauseRequestSchema,
  bulkReasonRequestSchema,
  bulkRetryRequestSchema,
  bulkSchema,
  bulkStartRequestSchema,
} from '@cpe-desk/contract';
import type { FastifyRequest } from 'fastify';
import { type Api, problemAnswers } from '../../platform/http/api.ts';
import { sendProblem } from '../../platform/http/problem.ts';
import { bulkParams } from '../with-bulk.ts';
import { type Act, cancelBulk, pauseBulk, resumeBulk, startBulk } from './control.ts';
import type { BulkControlDeps } from './deps.ts';
import { retryBulk } from './retry.ts';
import { revertBulk } from './revert.ts';

const PATH = '/ticket/ctt/cpe/bulk/:bulkId';

const config = { action: 'cpe-bulk:run' } as const;
const common = { tags: ['bulks'], params: bulkParams };
const FAILURES = ['malformed-request', 'not-found', 'wrong-bulk-state'] as const;

const actOf = (request: FastifyRequest, bulkId: string): Act => ({
  ...{ bulkId, caller: request.caller, request },
});

const registerStart = (app: Api, deps: BulkControlDeps): void => {
  app.post(
    `${PATH}/start`,
    {
      config,
      schema: {
        ...common,
        summary: 'Starts a checked bulk; it names the check that it starts',
        body: bulkStartRequestSchema,
        response: {
          202: bulkSchema,
          ...problemAnswers(...FAILURES, 'check-changed', 'check-expired'),
        },
      },
    },
    async (request, reply) => {
      const act = actOf(request, request.params.bulkId);
      const bulk = await startBulk(deps, act, request.body);
      return bulk.ok ? reply.code(202).send(bulk.value) : sendProblem(reply, bulk.failure);
    },
  );
};

const registerPauses = (app: Api, deps: BulkControlDeps): void => {
  app.post(
    `${PATH}/pause`,
    {
      config,
      schema: {
        ...common,
        summary: 'Pauses a running bulk: once this has answered, no further row is sent',
        body: bulkPauseRequestSchema,
        response: { 200: bulkSchema, ...problemAnswers(...FAILURES) },
      },
    },
    async (request, reply) => {
      const act = actOf(request, request.params.bulkId);
      const bulk = await pauseBulk(deps, act, request.body.reason ?? null);
      return bulk.ok ? bulk.value : sendProblem(reply, bulk.failure);
    },
  );
  app.post(
    `${PATH}/resume`,
    {
      config,
      schema: {
        ...common,
        summary: 'Resumes a paused bulk; its brakes count from zero again',
        body: bulkPauseRequestSchema,
        response: { 200: bulkSchema, ...problemAnswers(...FAILURES) },
      },
    },
    async (request, reply) => {
      const bulk = await resumeBulk(deps, actOf(request, request.params.bulkId));
      return bulk.ok ? bulk.value : sendProblem(reply, bulk.failure);
    },
  );
};

const registerEnd = (app: Api, deps: BulkControlDeps): void => {
  app.post(
    `${PATH}/cancel`,
    {
      config,
      schema: {
        ...common,
        summary: 'Cancels a bulk; applied rows stay, rows that are being sent settle',
        body: bulkReasonRequestSchema,
        response: { 200: bulkSchema, ...problemAnswers(...FAILURES) },
      },
    },
    async (request, reply) => {
      const act = actOf(request, request.params.bulkId);
      const bulk = await cancelBulk(deps, act, request.body.reason);
      return bulk.ok ? bulk.value : sendProblem(reply, bulk.failure);
    },
  );
};

const registerAgain = (app: Api, deps: BulkControlDeps): void => {
  app.post(
    `${PATH}/retry`,
    {
      config,
      schema: {
        ...common,
        summary: 'Checks rows with these states and codes again; a start follows',
        body: bulkRetryRequestSchema,
        response: { 202: bulkSchema, ...problemAnswers(...FAILURES) },
      },
    },
    async (request, reply) => {
      const act = actOf(request, request.params.bulkId);
      const bulk = await retryBulk(deps, act, request.body);
      return bulk.ok ? reply.code(202).send(bulk.value) : sendProblem(reply, bulk.failure);
    },
  );
  app.post(
    `${PATH}/revert`,
    {
      config,
      schema: {
        ...common,
        summary: 'Makes a bulk that gives the lines of the applied rows their earlier values back',
        body: bulkReasonRequestSchema,
        response: { 201: bulkSchema, ...problemAnswers(...FAILURES, 'not-revertible') },
      },
    },
    async (request, reply) => {
      const act = actOf(request, request.params.bulkId);
      const bulk = await revertBulk(deps, act, request.body.reason);
      if (!bulk.ok) return sendProblem(reply, bulk.failure);
      const location = PATH.replace(':bulkId', bulk.value.bulkId);
      return reply.code(201).header('location', location).send(bulk.value);
    },
  );
};

/** What a person does with a checked bulk: start, pause, resume, cancel, retry and revert. */
export const registerBulkRun = (app: Api, deps: BulkControlDeps): void => {
  registerStart(app, deps);
  registerPauses(app, deps);
  registerEnd(app, deps);
  registerAgain(app, deps);
};

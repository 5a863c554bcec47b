import { randomUUID } from 'node:crypto';
import {
  type Caller,
  type Repair,
  type RepairRequest,
  repairRequestSchema,
  repairSchema,
} from '@cpe-desk/contract';
import { z } from 'zod';
import type { CpeUpdateDeps } from '../cpe-update/deps.ts';
import { maybeOne, type Pool, run } from '../platform/database/database.ts';
import { type Api, problemAnswers } from '../platform/http/api.ts';
import { sendProblem } from '../platform/http/problem.ts';
import { areAllAtLeast } from '../platform/instances/registry.ts';
import { done, failed, type Result } from '../platform/result.ts';
import { insertRepair, selectRepair, selectRepairLines } from './repair.sql.ts';

/**
 * The migration that adds a repair's columns. An older instance would leave the repair out of the
 * history.
 */
const NEEDED_SCHEMA = 22;

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const params = z.object({ repairId: z.string() });

const pathOf = (repairId: string): string => `/ticket/ctt/cpe/drift/repair/${repairId}`;

/** A repair as its caller may see it; undefined where the caller may see none of its lines. */
const readRepair = async (
  db: Pool,
  repairId: string,
  { id, segmentGroups }: Caller,
): Promise<Repair | undefined> => {
  const row = UUID.test(repairId) ? await maybeOne(db, selectRepair, [repairId]) : undefined;
  if (!row) return undefined;
  const lines = await run(db, selectRepairLines, [repairId, segmentGroups, row.actor_id === id]);
  if (lines.length === 0) return undefined;
  return {
    repairId,
    take: row.take,
    reason: row.reason,
    by: { id: row.actor_id, name: row.actor_name },
    requestedAt: row.requested_at.toISOString(),
    isDone: lines.every(({ verdict }) => verdict !== null),
    items: lines.map((line) => ({
      serviceLineId: line.service_line_id,
      verdict: line.verdict,
      detail: line.detail,
      updateId: line.update_id,
    })),
  };
};

const requestRepair = async (
  { db }: Pick<CpeUpdateDeps, 'db'>,
  caller: Caller,
  { lines, take, reason }: RepairRequest,
): Promise<Result<Repair>> => {
  if (!(await areAllAtLeast(db, NEEDED_SCHEMA)))
    return failed({
      code: 'unavailable',
      detail:
        'An instance of an older version may still run; repairs start when all are upgraded (npm run instances)',
    });
  const repairId = randomUUID();
  const { id, name, segmentGroups } = caller;
  await run(db, insertRepair, [repairId, take, reason, id, name, segmentGroups, lines]);
  const repair = await readRepair(db, repairId, caller);
  if (!repair) throw new Error(`${repairId} was recorded and is missing`);
  return done(repair);
};

export const registerRepair = (app: Api, deps: CpeUpdateDeps): void => {
  app.post(
    '/ticket/ctt/cpe/drift/repair',
    {
      config: { action: 'cpe-update:repair' },
      schema: {
        summary:
          'Makes the desk and NIG equal again on lines where they differ; Location has the verdicts',
        tags: ['cpe updates'],
        body: repairRequestSchema,
        response: { 202: repairSchema, ...problemAnswers('malformed-request') },
      },
    },
    async (request, reply) => {
      const repair = await requestRepair(deps, request.caller, request.body);
      if (!repair.ok) return sendProblem(reply, repair.failure);
      return reply.code(202).header('location', pathOf(repair.value.repairId)).send(repair.value);
    },
  );
  app.get(
    '/ticket/ctt/cpe/drift/repair/:repairId',
    {
      config: { action: 'cpe-update:repair', isPassive: true },
      schema: {
        summary: 'A repair, with the verdicts so far',
        tags: ['cpe updates'],
        params,
        response: { 200: repairSchema, ...problemAnswers('not-found') },
      },
    },
    async (request, reply) => {
      const repair = await readRepair(deps.reads, request.params.repairId, request.caller);
      if (repair) return repair;
      const detail = `There is no repair ${request.params.repairId.slice(0, 80)} of lines of your segment groups`;
      return sendProblem(reply, { code: 'not-found', detail });
    },
  );
};

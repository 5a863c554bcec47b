import type { CpeUpdate, SegmentGroup } from '@cpe-desk/contract';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { sendProblem } from '../platform/http/problem.ts';
import { addToLine } from '../platform/http/request-lines.ts';
import type { CpeUpdateDeps } from './deps.ts';
import { readUpdate } from './read-update.ts';

export const updateParams = z.object({ updateId: z.string() });

/** Answers with the result of `use` for an update, or that these segment groups have none. */
export const withUpdate = async <Answer>(
  deps: Pick<CpeUpdateDeps, 'db'>,
  updateId: string,
  segmentGroups: readonly SegmentGroup[],
  reply: FastifyReply,
  use: (update: CpeUpdate) => Promise<Answer>,
): Promise<Answer | FastifyReply> => {
  const update = await readUpdate(deps.db, updateId, segmentGroups);
  if (update) {
    addToLine(reply.request, { updateId });
    return use(update);
  }
  const detail = `Your segment groups have no update ${updateId.slice(0, 80)}`;
  return sendProblem(reply, { code: 'not-found', detail });
};

import type { CpeUpdate, SegmentGroup } from '@cpe-desk/contract';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import type { Desk } from '../desk.ts';
import { sendProblem } from '../platform/http/problem.ts';
import { readUpdate } from './read-update.ts';

export const updateParams = z.object({ updateId: z.string() });

/** Answers with what `use` makes of an update, or that there is none in these segment groups. */
export const withUpdate = async <Answer>(
  desk: Desk,
  updateId: string,
  segmentGroups: readonly SegmentGroup[],
  reply: FastifyReply,
  use: (update: CpeUpdate) => Promise<Answer>,
): Promise<Answer | FastifyReply> => {
  const update = await readUpdate(desk.db, updateId, segmentGroups);
  if (update) return use(update);
  const detail = `There is no update ${updateId.slice(0, 80)} in your segment groups`;
  return sendProblem(reply, { code: 'not-found', detail });
};

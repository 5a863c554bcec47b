import { randomUUID } from 'node:crypto';
import { type Attention, type Cpe, type CpeUpdate, changedFields, type NigView } from '@cpe-desk/contract';
import type { Desk } from '../desk.ts';
import { noteAttempt } from '../nig/note-attempt.ts';

const CANNOT_BE_ASKED = {
  answer: { outcome: 'unknown', why: 'This NIG cannot be asked' },
  attempt: null,
} as const;

/** Asks NIG for the outcome of an update. */
export const lookUp = async (
  { nig }: Pick<Desk, 'nig'>,
  updateId: string,
  requestId: string = randomUUID(),
) => {
  const { lookUp: ask } = nig;
  return ask === undefined ? CANNOT_BE_ASKED : noteAttempt('look-up', () => ask(updateId, { requestId }));
};

type Sides = Pick<CpeUpdate, 'serviceLineId' | 'before' | 'after'>;

const sideOf = (cpe: Cpe, { before, after }: Sides): Attention['holds'] => {
  if (changedFields(cpe, after).length === 0) return 'after';
  return changedFields(cpe, before).length === 0 ? 'before' : 'other';
};

/** What NIG holds for the line of an update, compared with the update's two sides. */
export const askHeld = async (
  { nig }: Pick<Desk, 'nig'>,
  update: Sides,
): Promise<Pick<Attention, 'cpe' | 'holds'>> => {
  const cpe = await nig.cpeOf?.(update.serviceLineId);
  if (cpe) return { cpe, holds: sideOf(cpe, update) };
  return { cpe: null, holds: cpe === null ? 'nothing' : 'unknown' };
};

/** What NIG says of an update and holds for its line, asked now: a person decides by it. */
export const askNig = async (desk: Pick<Desk, 'nig'>, update: CpeUpdate): Promise<NigView> => {
  const [{ answer }, held] = await Promise.all([lookUp(desk, update.updateId), askHeld(desk, update)]);
  return { update: answer.outcome, why: 'why' in answer ? answer.why : null, ...held };
};

import { randomUUID } from 'node:crypto';
import {
  type Attention,
  type Cpe,
  type CpeUpdate,
  isSameCpe,
  type NigView,
  settleableAs,
} from '@cpe-desk/contract';
import type { LookUpAnswer } from '../../nig/nig.ts';
import { recordAttempt } from '../../nig/record-attempt.ts';
import type { CpeUpdateDeps } from '../deps.ts';
import { leaveAccepted } from '../settle-as.ts';

const CANNOT_BE_ASKED = {
  answer: { outcome: 'unknown', why: 'This NIG cannot be asked' },
  attempt: null,
} as const;

/** Asks NIG for the outcome of an update. */
export const lookUp = async (
  { nig, instance }: Pick<CpeUpdateDeps, 'nig' | 'instance'>,
  updateId: string,
  requestId: string = randomUUID(),
) => {
  const { lookUp: ask } = nig;
  if (ask === undefined) return CANNOT_BE_ASKED;
  return recordAttempt(instance, 'look-up', () => ask(updateId, { requestId }));
};

type Sides = Pick<CpeUpdate, 'serviceLineId' | 'before' | 'after'>;

const sideOf = (cpe: Cpe, { before, after }: Sides): Attention['holds'] => {
  if (isSameCpe(cpe, after)) return 'after';
  return isSameCpe(cpe, before) ? 'before' : 'other';
};

/** What NIG holds for the line of an update, compared with the update's two sides. */
export const askHeld = async (
  { nig }: Pick<CpeUpdateDeps, 'nig'>,
  update: Sides,
): Promise<Pick<Attention, 'cpe' | 'holds'>> => {
  const cpe = await nig.cpeOf?.(update.serviceLineId);
  if (cpe) return { cpe, holds: sideOf(cpe, update) };
  return { cpe: null, holds: cpe === null ? 'nothing' : 'unknown' };
};

/** Asks NIG before a person decides. What NIG accepted is kept with the update, so that nobody rejects it. */
export const askAndKeep = async (deps: CpeUpdateDeps, update: CpeUpdate): Promise<LookUpAnswer> => {
  const { answer, attempt } = await lookUp(deps, update.updateId);
  if (answer.outcome === 'accepted' && settleableAs(update).includes('rejected'))
    await leaveAccepted(deps, update.updateId, answer.reference, 0, attempt);
  return answer;
};

/** What NIG says of an update and holds for its line, asked now: a person decides by it. */
export const askNig = async (deps: CpeUpdateDeps, update: CpeUpdate): Promise<NigView> => {
  const [answer, held] = await Promise.all([askAndKeep(deps, update), askHeld(deps, update)]);
  return { update: answer.outcome, why: 'why' in answer ? answer.why : null, ...held };
};

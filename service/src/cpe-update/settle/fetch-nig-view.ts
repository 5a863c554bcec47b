import { randomUUID } from 'node:crypto';
import {
  type Attention,
  type Cpe,
  type CpeUpdate,
  completeCpe,
  isSameCpe,
  type NigView,
  settleableAs,
} from '@cpe-desk/contract';
import type { LookUpAnswer } from '../../nig/nig.ts';
import { recordAttempt } from '../../nig/record-attempt.ts';
import type { CpeUpdateDeps } from '../deps.ts';
import { leaveAccepted } from '../settle-as.ts';

const NO_LOOK_UP = {
  answer: { outcome: 'unknown', why: 'This NIG has no look-up' },
  attempt: null,
} as const;

/** Asks NIG for the outcome of an update. */
export const lookUp = async (
  { nig, instance }: Pick<CpeUpdateDeps, 'nig' | 'instance'>,
  update: Pick<CpeUpdate, 'updateId' | 'serviceLineId' | 'nig'>,
  requestId: string = randomUUID(),
) => {
  if (!nig.capabilities.lookUp) return NO_LOOK_UP;
  const {
    updateId,
    serviceLineId,
    nig: { handle },
  } = update;
  return recordAttempt(instance, 'look-up', (observe) =>
    nig.lookUp({ updateId, serviceLineId, handle, requestId, observe }),
  );
};

type Sides = Pick<CpeUpdate, 'serviceLineId' | 'before' | 'after'>;

const sideOf = (cpe: Cpe, { before, after }: Sides): Attention['holds'] => {
  if (isSameCpe(completeCpe(cpe, after), after)) return 'after';
  return isSameCpe(completeCpe(cpe, before), before) ? 'before' : 'other';
};

/**
 * The CPE that NIG holds for an update's line, compared with the values before and after the
 * update.
 */
export const fetchHeldSide = async (
  { nig }: Pick<CpeUpdateDeps, 'nig'>,
  update: Sides,
): Promise<Pick<Attention, 'cpe' | 'holds'>> => {
  const cpe = await nig.cpeOf(update.serviceLineId);
  if (cpe) return { cpe, holds: sideOf(cpe, update) };
  return { cpe: null, holds: cpe === null ? 'nothing' : 'unknown' };
};

/**
 * Asks NIG before a person decides. An acceptance is stored with the update, so that nobody rejects
 * it.
 */
export const lookUpAndStore = async (
  deps: CpeUpdateDeps,
  update: CpeUpdate,
): Promise<LookUpAnswer> => {
  const { answer, attempt } = await lookUp(deps, update);
  if (answer.outcome === 'accepted' && settleableAs(update).includes('rejected'))
    await leaveAccepted(deps, update.updateId, answer.reference, 0, attempt);
  return answer;
};

/** NIG's present answer about an update and its line, for a person who settles it. */
export const fetchNigView = async (deps: CpeUpdateDeps, update: CpeUpdate): Promise<NigView> => {
  const [answer, held] = await Promise.all([
    lookUpAndStore(deps, update),
    fetchHeldSide(deps, update),
  ]);
  return { update: answer.outcome, why: 'why' in answer ? answer.why : null, ...held };
};

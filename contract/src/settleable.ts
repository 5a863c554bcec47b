import type { CpeUpdate } from './cpe-update.ts';
import { nextState } from './cpe-update-state.ts';
import type { SettlementOutcome } from './settlement.ts';

type Judged = Pick<CpeUpdate, 'state' | 'nig' | 'attempts'>;

/**
 * The reference that NIG itself gave when it accepted an update; undefined where NIG did not accept
 * it.
 */
export const referenceByNig = ({ attempts }: Pick<Judged, 'attempts'>): string | undefined =>
  attempts.findLast(({ outcome }) => outcome === 'accepted')?.detail ?? undefined;

/**
 * The outcomes as which a person may settle an update. An update that NIG accepted is never settled
 * as rejected: NIG holds the new values, so the desk must follow.
 */
export const settleableAs = (update: Judged): SettlementOutcome[] => {
  const isAccepted =
    update.nig.reference !== null || update.attempts.some(({ outcome }) => outcome === 'accepted');
  const possible: SettlementOutcome[] = isAccepted ? ['accepted'] : ['accepted', 'rejected'];
  return possible.filter((outcome) => nextState(update.state, `judged-${outcome}`) !== undefined);
};

import type { NigView, SettlementOutcome } from '@cpe-desk/contract';

/**
 * The outcome that NIG's answer speaks for; null where it does not decide. What NIG says of the
 * update counts before what it holds; where the two contradict each other, a person finds out.
 */
export const recommendOutcome = ({
  update,
  holds,
}: Pick<NigView, 'update' | 'holds'>): SettlementOutcome | null => {
  if (update === 'accepted') return 'accepted';
  if (update === 'unknown')
    return holds === 'after' ? 'accepted' : holds === 'before' ? 'rejected' : null;
  return holds === 'after' ? null : 'rejected';
};

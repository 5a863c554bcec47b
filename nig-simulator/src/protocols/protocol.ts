import { answer, type Exchange } from '../exchange.ts';
import type { Faults } from '../faults.ts';
import { sendFaultyAnswer } from '../faulty-answer.ts';
import type { Decision, Inventory } from '../inventory.ts';
import type { Answer, Cpe, CpeUpdate } from '../wire.ts';

export type Simulated = { readonly inventory: Inventory; readonly faults: Faults };

/** Handles a request; false where its path is not of this protocol. */
export type Protocol = (exchange: Exchange, simulated: Simulated) => Promise<boolean>;

/** Lines whose id begins so have no record in any protocol, to show a refusal. */
const NOWHERE = 'no-such-line';

export const hasRecord = (serviceLineId: string): boolean => !serviceLineId.startsWith(NOWHERE);

/** Answers a GET, with the fault that is drawn for it. */
export const answerLookUp = async (
  exchange: Exchange,
  { faults }: Simulated,
  found: { status: number; body: object; headers?: Record<string, string> },
): Promise<void> => {
  const fault = faults.nextLookup();
  exchange.entry.outcome = found.status === 200 ? 'found' : 'not-found';
  if (fault === false) {
    exchange.entry.outcome = 'cannot-look-up';
    return answer(exchange, 501, { message: 'This NIG cannot be asked' });
  }
  exchange.entry.fault = fault;
  return fault === 'none'
    ? answer(exchange, found.status, found.body, found.headers)
    : sendFaultyAnswer(exchange, fault, found.status, found.body);
};

/** An update of a protocol that sends the new values only. */
export const updateOf = (serviceLineId: string, cpe: Cpe): CpeUpdate => ({
  ...{ serviceLineId, ticketNo: '-', current: cpe, new: cpe },
  ...{ actor: { id: '-', name: '-' }, requestedAt: '1970-01-01T00:00:00Z' },
});

/**
 * The decision of a system that keeps values, not requests: an id that it had before, and another
 * update of the line since, or another body, is applied again.
 */
export const decideByValues = async (
  inventory: Inventory,
  updateId: string,
  update: CpeUpdate,
  refusal: Answer | undefined,
): Promise<Decision> => {
  const decision = await inventory.decide(updateId, update, refusal);
  const { serviceLineId } = update;
  const isStale = inventory.appliedTo(serviceLineId) !== updateId;
  if (decision.outcome === 'id-reused' || (decision.outcome === 'repeated' && isStale)) {
    if (decision.outcome === 'repeated' && decision.answer.status !== 'accepted') return decision;
    await inventory.hold(serviceLineId, update.new);
    return { outcome: 'accepted', answer: { status: 'accepted', reference: 'by values' } };
  }
  return decision;
};

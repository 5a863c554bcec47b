import { setTimeout as delay } from 'node:timers/promises';
import { answer, type Exchange, readJson } from './exchange.ts';
import { type FaultMode, type Faults, isAnswerFault } from './faults.ts';
import type { Decision, Inventory } from './inventory.ts';
import { misanswer } from './misanswer.ts';
import { type Answer, parseCpeUpdate, type Rejected } from './wire.ts';

const REFUSAL: Rejected = {
  status: 'rejected',
  code: 'NIG-4001',
  message: 'NIG refuses this update (fault "reject" is switched on in the simulator)',
};

const keepsFromApplying: ReadonlySet<FaultMode> = new Set(['error', 'hang', 'drop-before-apply']);

const statusOf = ({ outcome, answer: { status } }: Decision): number => {
  if (outcome === 'id-reused') return 409;
  if (status === 'rejected') return 422;
  return outcome === 'repeated' ? 200 : 201;
};

/** The answer names its update, so that it is never taken for the answer to another one. */
const contractAnswer = (
  decision: Decision | undefined,
  updateId: string,
): [number, (Answer & { updateId: string }) | { message: string }] =>
  decision === undefined
    ? [500, { message: 'NIG failed (fault "error" is switched on in the simulator)' }]
    : [statusOf(decision), { ...decision.answer, updateId }];

/**
 * `PUT /cpe-updates/{updateId}`: decide, wait `latencyMs`, answer, with the fault that hits it. The wait comes after
 * the decision, since a look-up in between must not say "never got it" of an update that is applied later.
 */
export const takeCpeUpdate = async (
  exchange: Exchange,
  inventory: Inventory,
  faults: Faults,
): Promise<void> => {
  const { entry, id, request } = exchange;
  entry.updateId = id;
  const update = parseCpeUpdate(await readJson(exchange));
  entry.serviceLineId = update.serviceLineId;
  const { latencyMs } = faults.current();
  const fault = faults.next();
  entry.fault = fault;

  const decision = keepsFromApplying.has(fault)
    ? undefined
    : await inventory.decide(id, update, fault === 'reject' ? REFUSAL : undefined);
  entry.outcome = decision?.outcome ?? 'not-applied';

  if (fault === 'hang') return;
  if (latencyMs > 0) await delay(latencyMs, undefined, { ref: false });
  if (fault === 'drop-before-apply' || fault === 'drop-after-apply') {
    request.socket.destroy();
  } else if (fault === 'malformed') {
    answer(exchange, 200, { result: 'OK' });
  } else if (isAnswerFault(fault)) {
    await misanswer(exchange, fault, ...contractAnswer(decision, id));
  } else {
    answer(exchange, ...contractAnswer(decision, id));
  }
};

import { setTimeout as delay } from 'node:timers/promises';
import { answer, type Exchange, readJson } from './exchange.ts';
import { type FaultMode, type Faults, isAnswerFault } from './faults.ts';
import { sendFaultyAnswer } from './faulty-answer.ts';
import type { Decision, Inventory } from './inventory.ts';
import { parse } from './parse.ts';
import { type Answer, cpeUpdateSchema, type Rejected } from './wire.ts';

const REFUSAL: Rejected = {
  status: 'rejected',
  code: 'NIG-4001',
  message: 'NIG refuses this update (fault "reject" is switched on in the simulator)',
};

const notAppliedFaults: ReadonlySet<FaultMode> = new Set(['error', 'hang', 'drop-before-apply']);

const statusOf = ({ outcome, answer: { status } }: Decision): number => {
  if (outcome === 'id-reused') return 409;
  if (status === 'rejected') return 422;
  return outcome === 'repeated' ? 200 : 201;
};

/** The answer names its update, so that the desk never takes it for the answer to another one. */
const contractAnswer = (
  decision: Decision | undefined,
  updateId: string,
): [number, (Answer & { updateId: string }) | { message: string }] =>
  decision === undefined
    ? [500, { message: 'NIG failed (fault "error" is switched on in the simulator)' }]
    : [statusOf(decision), { ...decision.answer, updateId }];

/**
 * `PUT /cpe-updates/{updateId}`: decides, waits `latencyMs`, answers with the fault drawn for it.
 * It decides before it waits: a look-up during the wait must not answer "never got it" for an
 * update that NIG then applies.
 */
export const handleCpeUpdate = async (
  exchange: Exchange,
  inventory: Inventory,
  faults: Faults,
): Promise<void> => {
  const { entry, id, request } = exchange;
  entry.updateId = id;
  const update = parse(cpeUpdateSchema, await readJson(exchange));
  entry.serviceLineId = update.serviceLineId;
  const { latencyMs } = faults.current();
  const fault = faults.next();
  entry.fault = fault;

  const decision = notAppliedFaults.has(fault)
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
    await sendFaultyAnswer(exchange, fault, ...contractAnswer(decision, id));
  } else {
    answer(exchange, ...contractAnswer(decision, id));
  }
};

import { setTimeout as delay } from 'node:timers/promises';
import { answer, type Exchange, readJson } from './exchange.ts';
import { type FaultMode, type Faults, isAnswerFault } from './faults.ts';
import { sendFaultyAnswer } from './faulty-answer.ts';
import type { Decision, Inventory } from './inventory.ts';
import { parse } from './parse.ts';
import { type Answer, type CpeUpdate, cpeUpdateSchema, type Rejected } from './wire.ts';

export const REFUSAL: Rejected = {
  status: 'rejected',
  code: 'NIG-4001',
  message: 'NIG refuses this update (fault "reject" is switched on in the simulator)',
};

export const notAppliedFaults: ReadonlySet<FaultMode> = new Set([
  'error',
  'hang',
  'drop-before-apply',
]);

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

/** An answer in the form of a protocol. */
export type Reply = { status: number; body: object; headers?: Record<string, string> };

/** One update in a protocol: what is asked, and how its decision is answered. */
export type UpdateExchange = {
  updateId: string;
  update: CpeUpdate;
  /** Undefined: NIG failed. */
  replyTo(decision: Decision | undefined): Promise<Reply> | Reply;
  /** Decides otherwise than by the update's id. */
  decide?(refusal: Rejected | undefined): Promise<Decision>;
};

/**
 * Decides, waits `latencyMs`, answers with the fault drawn for it. It decides before it waits: a
 * look-up during the wait must not answer "never got it" for an update that NIG then applies.
 */
export const handleUpdate = async (
  exchange: Exchange,
  inventory: Inventory,
  faults: Faults,
  { updateId, update, replyTo, decide }: UpdateExchange,
): Promise<void> => {
  const { entry, request } = exchange;
  entry.updateId = updateId;
  entry.serviceLineId = update.serviceLineId;
  const { latencyMs } = faults.current();
  const fault = faults.next();
  entry.fault = fault;

  const refusal = fault === 'reject' ? REFUSAL : undefined;
  const decision = notAppliedFaults.has(fault)
    ? undefined
    : await (decide?.(refusal) ?? inventory.decide(updateId, update, refusal));
  entry.outcome = decision?.outcome ?? 'not-applied';

  if (fault === 'hang') return;
  if (latencyMs > 0) await delay(latencyMs, undefined, { ref: false });
  if (fault === 'drop-before-apply' || fault === 'drop-after-apply') {
    request.socket.destroy();
  } else if (fault === 'malformed') {
    answer(exchange, 200, { result: 'OK' });
  } else {
    const { status, body, headers } = await replyTo(decision);
    if (isAnswerFault(fault)) await sendFaultyAnswer(exchange, fault, status, body);
    else answer(exchange, status, body, headers);
  }
};

/** `PUT /cpe-updates/{updateId}` of NIG's wire contract. */
export const handleCpeUpdate = async (
  exchange: Exchange,
  inventory: Inventory,
  faults: Faults,
): Promise<void> => {
  const { entry, id } = exchange;
  entry.updateId = id;
  const update = parse(cpeUpdateSchema, await readJson(exchange));
  await handleUpdate(exchange, inventory, faults, {
    ...{ updateId: id, update },
    replyTo(decision) {
      const [status, body] = contractAnswer(decision, id);
      return { status, body };
    },
  });
};

import type { NigCallKind, NigCapabilities } from '@cpe-desk/contract';
import { bulkhead } from 'cockatiel';
import type { CallOptions, LookUpAnswer, Nig, SendAnswer } from '../nig.ts';
import { type Budgets, previewOf, tracingHeaders } from '../nig-connections.ts';
import { observedAs } from '../observe-answer.ts';
import { keepDialling, type NatsOptions } from './nats-connection.ts';
import { readHeldReply, readLookUpReply, readSendReply } from './read-reply.ts';
import { type NatsEnd, requestNats } from './request-nats.ts';

export type NatsNigOptions = Omit<NatsOptions, 'log'> & {
  subject: string;
  budgets: Budgets;
  maxAnswerBytes: number;
  canLookUp: boolean;
  log: NatsOptions['log'] & { error(details: object, message: string): void };
};

/** Calls that wait for a place of their budget; their deadline runs meanwhile. */
const MOST_WAITING = 10_000;

const limit = (call: NigCallKind, most: number) => {
  const places = bulkhead(most, MOST_WAITING);
  return {
    run: <Value>(work: () => Promise<Value>): Promise<Value> => places.execute(work),
    state: () => ({ call, most, active: most - places.executionSlots }),
  };
};

/** Reports how a reply was read, and returns the answer. NATS has no status. */
const observe = <Answer extends LookUpAnswer>(
  call: CallOptions,
  body: Uint8Array,
  answer: Answer,
): Answer => {
  const rule = answer.outcome === 'unknown' ? null : answer.outcome;
  call.observe?.({ ...observedAs({ status: 0, body }, rule), status: null });
  return answer;
};

/** Adapter `nats`: NIG's wire contract as requests and replies on NATS. */
export const natsNig = async (options: NatsNigOptions): Promise<Nig> => {
  const { subject, budgets, maxAnswerBytes, canLookUp, timeoutMs, log } = options;
  const dialled = await keepDialling(options);
  const limits = {
    send: limit('send', budgets.send),
    lookUp: limit('look-up', budgets.lookUp),
    reconcile: limit('reconcile', budgets.reconcile),
  };
  const capabilities: NigCapabilities = {
    ...{ lookUp: canLookUp, cpeOf: true, idempotentById: true, asynchronous: false },
  };

  const request = async (
    by: keyof typeof limits,
    verb: string,
    body: { updateId: string } | { serviceLineId: string },
    { requestId, beginWithinMs = timeoutMs }: CallOptions & { beginWithinMs?: number },
  ): Promise<NatsEnd> => {
    const beganAt = performance.now();
    return limits[by].run(async () => {
      const passedMs = performance.now() - beganAt;
      if (passedMs > beginWithinMs || passedMs >= timeoutMs)
        return { end: 'nothing-sent', why: 'NIG could not be asked in time' };
      const id = 'updateId' in body ? body.updateId : body.serviceLineId;
      const end = await requestNats(
        dialled,
        {
          subject: `${subject}.${verb}`,
          body: JSON.stringify(body),
          headers: { 'Nats-Msg-Id': id, ...tracingHeaders(requestId) },
          timeoutMs: Math.max(1, timeoutMs - passedMs),
        },
        log,
      );
      if (end.end !== 'answered' || end.body.length <= maxAnswerBytes) return end;
      return { end: 'cut-off', why: `NIG replied with more than ${maxAnswerBytes / 1024} KiB` };
    });
  };

  return {
    capabilities,
    async send(call): Promise<SendAnswer> {
      const { updateId, payload } = call;
      const end = await request('send', 'cpe-updates.put', { updateId, ...payload }, call);
      if (end.end === 'answered') return observe(call, end.body, readSendReply(end.body, updateId));
      return { outcome: end.end === 'nothing-sent' ? 'unavailable' : 'unknown', why: end.why };
    },
    async lookUp(call): Promise<LookUpAnswer> {
      if (!canLookUp) return { outcome: 'unknown', why: 'This NIG has no look-up' };
      const { updateId } = call;
      const end = await request('lookUp', 'cpe-updates.get', { updateId }, call);
      if (end.end !== 'answered') return { outcome: 'unknown', why: end.why };
      return observe(call, end.body, readLookUpReply(end.body, updateId));
    },
    async cpeOf(serviceLineId, { inBulk = false, ...call } = {}) {
      const by = inBulk ? 'reconcile' : 'lookUp';
      const end = await request(by, 'cpes.get', { serviceLineId }, call);
      return end.end === 'answered' ? readHeldReply(end.body, serviceLineId) : undefined;
    },
    async preview({ updateId, payload }) {
      return previewOf({
        ...{ method: 'REQUEST', path: `${subject}.cpe-updates.put` },
        headers: { 'Nats-Msg-Id': updateId, ...tracingHeaders() },
        body: JSON.stringify({ updateId, ...payload }),
      });
    },
    status: () => ({
      ...{ adapter: 'nats', profile: null, capabilities, circuit: 'closed' },
      budgets: Object.values(limits).map(({ state }) => state()),
    }),
    close: dialled.close,
  };
};

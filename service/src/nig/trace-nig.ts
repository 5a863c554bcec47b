import { type SpanAttributes, traced } from '../platform/tracing/tracing.ts';
import type { CallOptions, Nig, Observed } from './nig.ts';

const outcomeOf = (outcome: string, { status }: Pick<Observed, 'status'>): SpanAttributes => ({
  'cpe_desk.nig.outcome': outcome,
  ...(status !== null && { 'http.response.status_code': status }),
});

/** Watches how an answer is read, beside whoever else does. */
const observing = <Call extends CallOptions>(call: Call) => {
  let seen: Pick<Observed, 'status'> = { status: null };
  const observe = (observed: Observed) => {
    seen = observed;
    call.observe?.(observed);
  };
  return { call: { ...call, observe }, seen: () => seen };
};

/** Gives each call to NIG a span with its outcome. What NIG says stays out of it. */
export const traceNig = (nig: Nig): Nig => ({
  ...nig,
  send: (given) =>
    traced(
      'NIG send',
      async (span) => {
        const { call, seen } = observing(given);
        const answer = await nig.send(call);
        span.set(outcomeOf(answer.outcome, seen()));
        return answer;
      },
      { kind: 'client', attributes: { 'cpe_desk.update_id': given.updateId } },
    ),
  lookUp: (given) =>
    traced(
      'NIG look-up',
      async (span) => {
        const { call, seen } = observing(given);
        const answer = await nig.lookUp(call);
        span.set(outcomeOf(answer.outcome, seen()));
        return answer;
      },
      { kind: 'client', attributes: { 'cpe_desk.update_id': given.updateId } },
    ),
  cpeOf: (serviceLineId, options) =>
    traced(
      'NIG cpe-of',
      async (span) => {
        const held = await nig.cpeOf(serviceLineId, options);
        span.set({ 'cpe_desk.nig.outcome': held === undefined ? 'unknown' : 'answered' });
        return held;
      },
      { kind: 'client' },
    ),
});

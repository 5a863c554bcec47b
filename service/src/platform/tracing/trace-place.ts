import { randomBytes } from 'node:crypto';

/**
 * A place in a trace: the span of a caller, or one of the desk (W3C Trace Context). `flags`: two
 * hexadecimal digits, of which the last bit means that the trace is recorded. `state`: the
 * `tracestate` of the caller, passed on as it is.
 */
export type TracePlace = { traceId: string; spanId: string; flags: string; state?: string };

const TRACEPARENT =
  /^(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
/** A longer `tracestate` may be dropped (W3C Trace Context, 3.3.1.5). */
const LONGEST_STATE = 512;
/** Printable ASCII, as other header values could break a request to NIG. */
const STATE = /^[\x20-\x7e]+$/;

type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** The place that a request's headers name; undefined where they name none that is valid. */
export const readPlace = ({ traceparent, tracestate }: Headers): TracePlace | undefined => {
  if (typeof traceparent !== 'string') return undefined;
  const [, version, traceId, spanId, flags, more] = TRACEPARENT.exec(traceparent.trim()) ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return undefined;
  // Only later versions may have more members.
  if (version === '00' && more !== undefined) return undefined;
  const state = [tracestate ?? []].flat().join(',');
  const isUsable = state.length <= LONGEST_STATE && STATE.test(state);
  return { traceId, spanId, flags, ...(isUsable && { state }) };
};

/**
 * The place of a request whose caller names none, in a trace that nobody records. The trace id has
 * the digits of the request id where that is a UUID, so that one finds the other.
 */
export const placeOfRequest = (requestId: string): TracePlace => {
  const digits = requestId.replaceAll('-', '');
  const isTraceId = /^(?!0+$)[0-9a-f]{32}$/.test(digits);
  return {
    traceId: isTraceId ? digits : randomBytes(16).toString('hex'),
    spanId: randomBytes(8).toString('hex'),
    flags: '00',
  };
};

/** The headers that name a place to the next system. */
export const headersOfPlace = ({ traceId, spanId, flags, state }: TracePlace) => ({
  traceparent: `00-${traceId}-${spanId}-${flags}`,
  ...(state !== undefined && { tracestate: state }),
});

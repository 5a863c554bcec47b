import { cpeSchema } from '@cpe-desk/contract';
import { Pool } from 'undici';
import { z } from 'zod';
import type { LookUpAnswer, Nig, NigAnswer, SendAnswer } from './nig.ts';

const acceptedSchema = z.object({ status: z.literal('accepted'), reference: z.string().min(1).max(200) });
const rejectedSchema = z.object({
  status: z.literal('rejected'),
  code: z.string().max(200),
  message: z.string().max(2000),
});
const heldSchema = z.object({ serviceLineId: z.string(), cpe: cpeSchema });

/** The connection never came to be: nothing was sent. */
const NOTHING_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

const codesOf = (error: unknown): string[] => {
  if (!(error instanceof Error)) return [];
  const own = 'code' in error && typeof error.code === 'string' ? [error.code] : [];
  // Trying several addresses of a host fails with one error per address: all of them have to say so.
  if (error instanceof AggregateError) return error.errors.flatMap(codesOf);
  return own.length > 0 ? own : codesOf(error.cause);
};

const nothingWasSent = (error: unknown): boolean => {
  const codes = codesOf(error);
  return codes.length > 0 && codes.every((code) => NOTHING_SENT.has(code));
};

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // NIG answered something that is not JSON: no contract answer
  }
};

/** Reads a contract answer; whatever is not one is unknown. The id-reused refusal is about our call, not the update. */
const readAnswer = (
  status: number,
  text: string,
  accepting: readonly number[],
  refusing: readonly number[],
): NigAnswer => {
  const body = parseJson(text);
  const acceptance = acceptedSchema.safeParse(body);
  if (accepting.includes(status) && acceptance.success)
    return { outcome: 'accepted', reference: acceptance.data.reference };
  const refusal = rejectedSchema.safeParse(body);
  if (refusing.includes(status) && refusal.success && refusal.data.code !== 'id-reused')
    return { outcome: 'rejected', code: refusal.data.code, message: refusal.data.message };
  return { outcome: 'unknown', why: `NIG answered ${status} with a body outside its contract` };
};

/**
 * Adapter `http`: NIG's wire contract (ARCHITECTURE.md). `timeoutMs` bounds each call as a whole; `canLookUp` is false
 * for a NIG without the GET of an update.
 */
export const httpNig = ({
  url,
  timeoutMs,
  canLookUp = true,
}: {
  url: string;
  timeoutMs: number;
  canLookUp?: boolean;
}): Nig => {
  const { origin, pathname } = new URL(url);
  // Less than a call may take: who can not be connected to was sent nothing, and that is known only if connecting fails first.
  const connections = new Pool(origin, { connections: 64, connect: { timeout: timeoutMs / 2 } });
  const base = pathname.replace(/\/$/, '');

  const call = async (method: 'GET' | 'PUT', path: string, body?: unknown) => {
    const aborting = new AbortController();
    // Not AbortSignal.timeout: that goes off later for each call that was answered long ago.
    const timer = setTimeout(
      () => aborting.abort(new Error(`NIG did not answer within ${timeoutMs} ms`)),
      timeoutMs,
    );
    try {
      const answer = await connections.request({
        method,
        path: `${base}${path}`,
        headers: {
          accept: 'application/json',
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        body: body === undefined ? null : JSON.stringify(body),
        signal: aborting.signal,
      });
      return { status: answer.statusCode, text: await answer.body.text() };
    } finally {
      clearTimeout(timer);
    }
  };

  const lookUp = async (updateId: string): Promise<LookUpAnswer> => {
    try {
      const { status, text } = await call('GET', `/cpe-updates/${updateId}`);
      if (status === 404) return { outcome: 'never-got-it' };
      return readAnswer(status, text, [200], [200]);
    } catch (error) {
      return { outcome: 'unknown', why: messageOf(error) };
    }
  };

  return {
    async send(updateId, payload): Promise<SendAnswer> {
      try {
        const { status, text } = await call('PUT', `/cpe-updates/${updateId}`, payload);
        return readAnswer(status, text, [200, 201], [409, 422]);
      } catch (error) {
        // Expected: the network's failures and our own timeout.
        return { outcome: nothingWasSent(error) ? 'unavailable' : 'unknown', why: messageOf(error) };
      }
    },
    ...(canLookUp && { lookUp }),
    async cpeOf(serviceLineId) {
      try {
        const { status, text } = await call('GET', `/cpes/${encodeURIComponent(serviceLineId)}`);
        if (status === 404) return null;
        return heldSchema.safeParse(parseJson(text)).data?.cpe;
      } catch {
        return undefined; // NIG did not say
      }
    },
    close: () => connections.close(),
  };
};

import { randomUUID } from 'node:crypto';
import { type CallEnd, type Connections, openConnections } from './call-nig.ts';
import type { CallOptions, Nig } from './nig.ts';
import { type Bare404, readHeld, readLookUp, readSend } from './read-answer.ts';

/** Most connections by kind of call. `protectNig` allows as many sends at a time. */
const MOST = { send: 64, lookUp: 64, bulk: 16 };

export type HttpNigOptions = {
  url: string;
  /** Limits each whole call. */
  timeoutMs: number;
  /** False for a NIG without the GET of an update. */
  canLookUp?: boolean;
  bare404?: Bare404;
};

/** Adapter `http`: NIG's wire contract (docs/integrate/nig.md). */
export const httpNig = ({
  url,
  timeoutMs,
  canLookUp = true,
  bare404 = 'unknown',
}: HttpNigOptions): Nig => {
  const { origin, pathname } = new URL(url);
  const base = pathname.replace(/\/$/, '');
  const open = (most: number) => openConnections(origin, timeoutMs, most);
  const connections = { send: open(MOST.send), lookUp: open(MOST.lookUp), bulk: open(MOST.bulk) };

  const headersOf = ({ requestId = randomUUID() }: CallOptions) => ({
    accept: 'application/json',
    'x-request-id': requestId,
  });
  const get = (by: Connections, path: string, options: CallOptions): Promise<CallEnd> =>
    by.call({ method: 'GET', path: `${base}${path}`, headers: headersOf(options) });

  const nig: Nig = {
    async send(updateId, payload, options = {}) {
      const { beginWithinMs } = options;
      const answer = await connections.send.call({
        method: 'PUT',
        path: `${base}/cpe-updates/${encodeURIComponent(updateId)}`,
        headers: { ...headersOf(options), 'content-type': 'application/json' },
        body: JSON.stringify(payload),
        ...(beginWithinMs !== undefined && { beginWithinMs }),
      });
      if (answer.end === 'answered') return readSend(answer, updateId);
      return {
        outcome: answer.end === 'nothing-sent' ? 'unavailable' : 'unknown',
        why: answer.why,
      };
    },
    async lookUp(updateId, options = {}) {
      const path = `/cpe-updates/${encodeURIComponent(updateId)}`;
      const answer = await get(connections.lookUp, path, options);
      if (answer.end === 'answered') return readLookUp(answer, updateId, bare404);
      return { outcome: 'unknown', why: answer.why };
    },
    async cpeOf(serviceLineId, { inBulk = false, ...options } = {}) {
      const by = inBulk ? connections.bulk : connections.lookUp;
      const answer = await get(by, `/cpes/${encodeURIComponent(serviceLineId)}`, options);
      return answer.end === 'answered' ? readHeld(answer, serviceLineId, bare404) : undefined;
    },
    async close() {
      await Promise.all(Object.values(connections).map((each) => each.close()));
    },
  };
  const { lookUp: _, ...withoutLookUp } = nig;
  return canLookUp ? nig : withoutLookUp;
};

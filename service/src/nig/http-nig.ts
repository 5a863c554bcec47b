import type { NigCapabilities } from '@cpe-desk/contract';
import type { CallEnd, Connections } from './call-nig.ts';
import type { CallOptions, LookUpAnswer, Nig, SendAnswer, SendCall } from './nig.ts';
import {
  type NigConnectionOptions,
  openNigConnections,
  previewOf,
  statusOf,
  tracingHeaders,
} from './nig-connections.ts';
import { observe } from './observe-answer.ts';
import { type Bare404, readHeld, readLookUp, readSend } from './read-answer.ts';

export type HttpNigOptions = NigConnectionOptions & {
  /** False for a NIG without the GET of an update. */
  canLookUp?: boolean;
  bare404?: Bare404;
};

/** Adapter `http`: NIG's wire contract (docs/integrate/nig.md). */
export const httpNig = ({
  canLookUp = true,
  bare404 = 'unknown',
  ...options
}: HttpNigOptions): Nig => {
  const connections = openNigConnections(options);
  const { base } = connections;
  const capabilities: NigCapabilities = {
    ...{ lookUp: canLookUp, cpeOf: true },
    ...{ idempotentById: true, asynchronous: false },
  };
  const headersOf = ({ requestId }: CallOptions) => ({
    accept: 'application/json',
    ...tracingHeaders(requestId),
  });
  const get = (by: Connections, path: string, call: CallOptions): Promise<CallEnd> =>
    by.call({
      ...{ method: 'GET', path: `${base}${path}`, headers: headersOf(call), isRepeatable: true },
    });

  const sendRequest = (call: SendCall) => ({
    method: 'PUT' as const,
    path: `${base}/cpe-updates/${encodeURIComponent(call.updateId)}`,
    headers: {
      ...headersOf(call),
      ...{ 'content-type': 'application/json', 'idempotency-key': call.updateId },
    },
    body: JSON.stringify(call.payload),
  });

  return {
    capabilities,
    async send(call): Promise<SendAnswer> {
      const { updateId, beginWithinMs } = call;
      const end = await connections.send.call({
        ...sendRequest(call),
        isRepeatable: true,
        ...(beginWithinMs !== undefined && { beginWithinMs }),
      });
      if (end.end === 'answered') return observe(call, end, readSend(end, updateId));
      return { outcome: end.end === 'nothing-sent' ? 'unavailable' : 'unknown', why: end.why };
    },
    async lookUp(call): Promise<LookUpAnswer> {
      if (!canLookUp) return { outcome: 'unknown', why: 'This NIG has no look-up' };
      const { updateId } = call;
      const path = `/cpe-updates/${encodeURIComponent(updateId)}`;
      const end = await get(connections.lookUp, path, call);
      if (end.end === 'answered') return observe(call, end, readLookUp(end, updateId, bare404));
      return { outcome: 'unknown', why: end.why };
    },
    async cpeOf(serviceLineId, { inBulk = false, ...call } = {}) {
      const by = inBulk ? connections.reconcile : connections.lookUp;
      const end = await get(by, `/cpes/${encodeURIComponent(serviceLineId)}`, call);
      return end.end === 'answered' ? readHeld(end, serviceLineId, bare404) : undefined;
    },
    async preview({ updateId, payload }) {
      return previewOf(sendRequest({ updateId, payload }));
    },
    status: () => statusOf(connections, { adapter: 'http', capabilities }),
    close: connections.close,
  };
};

import { randomUUID } from 'node:crypto';
import type { NigAdapter, NigCapabilities, NigRequestPreview, NigStatus } from '@cpe-desk/contract';
import type { TlsFiles } from '../platform/process/tls-files.ts';
import { headersOfPlace, placeOfRequest } from '../platform/tracing/trace-place.ts';
import { presentPlace } from '../platform/tracing/tracing.ts';
import { type Authorization, withAuthorization } from './authorization.ts';
import { type Connections, openConnections } from './call-nig.ts';

/** Most calls at a time by kind. A kind that is used up delays no other. */
export type Budgets = { send: number; lookUp: number; reconcile: number };

export const BUDGETS: Budgets = { send: 64, lookUp: 8, reconcile: 4 };

export type NigConnectionOptions = {
  url: string;
  /** Limits each whole call. */
  timeoutMs: number;
  budgets?: Budgets;
  maxAnswerBytes?: number;
  tls?: TlsFiles;
  authorization?: Authorization;
};

/** The connections of each kind of call, and the path that precedes all paths. */
export type NigConnections = { base: string } & Record<keyof Budgets, Connections> & {
    close(): Promise<void>;
  };

export const openNigConnections = ({
  url,
  timeoutMs,
  budgets = BUDGETS,
  authorization,
  ...rest
}: NigConnectionOptions): NigConnections => {
  const { origin, pathname } = new URL(url);
  const open = (most: number) =>
    withAuthorization(openConnections({ ...rest, origin, timeoutMs, most }), authorization);
  const [send, lookUp, reconcile] = [
    open(budgets.send),
    open(budgets.lookUp),
    open(budgets.reconcile),
  ];
  return {
    base: pathname.replace(/\/$/, ''),
    ...{ send, lookUp, reconcile },
    async close() {
      await Promise.all([send, lookUp, reconcile].map((each) => each.close()));
    },
  };
};

/** What these connections do now. The circuit is in front of them (`protectNig`). */
export const statusOf = (
  { send, lookUp, reconcile }: NigConnections,
  of: { adapter: NigAdapter; capabilities: NigCapabilities; profile?: NigStatus['profile'] },
): NigStatus => ({
  ...{ adapter: of.adapter, profile: of.profile ?? null },
  ...{ capabilities: of.capabilities, circuit: 'closed' },
  budgets: [
    { call: 'send', active: send.active(), most: send.most },
    { call: 'look-up', active: lookUp.active(), most: lookUp.most },
    { call: 'reconcile', active: reconcile.active(), most: reconcile.most },
  ],
});

/**
 * The headers by which a call is found in NIG's log: the present trace, or one by the request id.
 */
export const tracingHeaders = (requestId: string = randomUUID()): Record<string, string> => ({
  'x-request-id': requestId,
  ...headersOfPlace(presentPlace() ?? placeOfRequest(requestId)),
});

type Shown = { method: string; path: string; headers: Record<string, string>; body: string };

/** A request as people see it before it has an id: `{updateId}` is not encoded in the path. */
export const previewOf = ({ method, path, headers, body }: Shown): NigRequestPreview => {
  const { traceparent: _, tracestate: __, ...shown } = headers;
  return {
    known: true,
    request: {
      ...{ method, body, path: path.replaceAll('%7BupdateId%7D', '{updateId}') },
      headers: { ...shown, 'x-request-id': '{requestId}' },
    },
  };
};

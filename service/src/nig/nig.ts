import type { Cpe, NigPayload } from '@cpe-desk/contract';

/** What NIG says of an update. `unknown`: NIG may or may not have taken it, so it must be asked. */
export type NigAnswer =
  | { outcome: 'accepted'; reference: string }
  | { outcome: 'rejected'; code: string; message: string }
  | { outcome: 'unknown'; why: string };

/** `unavailable`: no byte of the request left the desk, so NIG cannot have the update. */
export type SendAnswer = NigAnswer | { outcome: 'unavailable'; why: string };

/** `never-got-it`: NIG says that it has no such update. */
export type LookUpAnswer = NigAnswer | { outcome: 'never-got-it' };

/** `requestId` goes with the call as `x-request-id`; each call without one gets its own. */
export type CallOptions = { requestId?: string };

/** `beginWithinMs`: the send is given up, with nothing sent, where it cannot begin so soon. */
export type SendOptions = CallOptions & { beginWithinMs?: number };

/** `inBulk`: one of many, as in a reconciliation, on connections that nothing else waits for. */
export type HeldOptions = CallOptions & { inBulk?: boolean };

/** The port to the downstream network system. Only adapters speak a NIG's protocol. */
export type Nig = {
  /** Sends an update, once; `updateId` is NIG's idempotency key. Never throws. */
  send(updateId: string, payload: NigPayload, options?: SendOptions): Promise<SendAnswer>;
  /** Asks for the outcome of an update; absent where this NIG cannot be asked. Never throws. */
  lookUp?(updateId: string, options?: CallOptions): Promise<LookUpAnswer>;
  /** What NIG holds for a line; null where it was never told, undefined where it did not say. */
  cpeOf?(serviceLineId: string, options?: HeldOptions): Promise<Cpe | null | undefined>;
  /** Whether sends go out: false while NIG's trouble keeps them back. Absent: they always do. */
  isAvailable?(): boolean;
  close(): Promise<void>;
};

import type { Cpe, NigPayload } from '@cpe-desk/contract';

/** NIG's answer about an update. `unknown`: NIG may have accepted it, so the desk must ask. */
export type NigAnswer =
  | { outcome: 'accepted'; reference: string }
  | { outcome: 'rejected'; code: string; message: string }
  | { outcome: 'unknown'; why: string };

/** `unavailable`: no byte of the request left the desk, so NIG cannot have the update. */
export type SendAnswer = NigAnswer | { outcome: 'unavailable'; why: string };

/** `never-got-it`: NIG answers that it has no such update. */
export type LookUpAnswer = NigAnswer | { outcome: 'never-got-it' };

/** `requestId` is sent as `x-request-id`. A call without one gets its own. */
export type CallOptions = { requestId?: string };

/**
 * `beginWithinMs`: the send is abandoned, with nothing sent, where it cannot begin within this
 * time.
 */
export type SendOptions = CallOptions & { beginWithinMs?: number };

/** `inBulk`: one of many calls, as in a reconciliation, on connections of their own. */
export type HeldOptions = CallOptions & { inBulk?: boolean };

/** The port to the downstream network system. Only adapters know a NIG's protocol. */
export type Nig = {
  /** Sends an update once. `updateId` is NIG's idempotency key. Never throws. */
  send(updateId: string, payload: NigPayload, options?: SendOptions): Promise<SendAnswer>;
  /** Asks for the outcome of an update. Absent where this NIG has no look-up. Never throws. */
  lookUp?(updateId: string, options?: CallOptions): Promise<LookUpAnswer>;
  /**
   * The CPE that NIG holds for a line: null where NIG does not know the line, undefined where it
   * did not answer.
   */
  cpeOf?(serviceLineId: string, options?: HeldOptions): Promise<Cpe | null | undefined>;
  /** Whether sends go out: false while the circuit is open. Absent: always. */
  isAvailable?(): boolean;
  close(): Promise<void>;
};

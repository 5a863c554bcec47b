import type {
  Cpe,
  NigCapabilities,
  NigPayload,
  NigRequestPreview,
  NigStatus,
} from '@cpe-desk/contract';

/**
 * NIG's answer about an update. `unknown`: NIG may have accepted it, so the desk must ask.
 * `handle`: what the look-up needs, such as the address of a monitor; at most 500 characters.
 */
export type NigAnswer =
  | { outcome: 'accepted'; reference: string }
  | { outcome: 'rejected'; code: string; message: string }
  | { outcome: 'unknown'; why: string; handle?: string };

/** `unavailable`: nothing that changes NIG left the desk, so NIG cannot have the update. */
export type SendAnswer = NigAnswer | { outcome: 'unavailable'; why: string };

/** `never-got-it`: NIG answers that it has no such update. */
export type LookUpAnswer = NigAnswer | { outcome: 'never-got-it' };

/**
 * What NIG answered and how it was read: the status, the rule that matched, and, where none did,
 * the first characters of the answer.
 */
export type Observed = { status: number | null; rule: string | null; unmatched: string | null };

/** `requestId` is sent as `x-request-id`. A call without one gets its own. */
export type CallOptions = { requestId?: string; observe?: (observed: Observed) => void };

/**
 * `updateId` is NIG's idempotency key. `beginWithinMs`: the send is abandoned, with nothing sent,
 * where it cannot begin within this time.
 */
export type SendCall = CallOptions & {
  updateId: string;
  payload: NigPayload;
  beginWithinMs?: number;
  /** A row of a bulk: other sends come first. */
  isInBulk?: boolean;
};

/** `handle`: the one that the send answered; null where it answered none, or was lost. */
export type LookUpCall = CallOptions & {
  updateId: string;
  serviceLineId: string;
  handle: string | null;
};

/** `inBulk`: one of many calls, as in a reconciliation, with a budget of its own. */
export type HeldOptions = CallOptions & { inBulk?: boolean };

/** The port to the downstream network system. Only adapters know a NIG's protocol. */
export type Nig = {
  readonly capabilities: NigCapabilities;
  /** Sends an update once. Never throws. */
  send(call: SendCall): Promise<SendAnswer>;
  /** Asks for the outcome of an update. Unknown where NIG has no look-up. Never throws. */
  lookUp(call: LookUpCall): Promise<LookUpAnswer>;
  /**
   * The CPE that NIG holds for a line: null where NIG does not know the line, undefined where it
   * did not answer or cannot be asked. Never throws.
   */
  cpeOf(serviceLineId: string, options?: HeldOptions): Promise<Cpe | null | undefined>;
  /** The request that an update would send. Reads at most. Never throws. */
  preview(call: { updateId: string; payload: NigPayload }): Promise<NigRequestPreview>;
  status(): NigStatus;
  /** Whether sends go out: false while the circuit is open. Absent: always. */
  isAvailable?(): boolean;
  close(): Promise<void>;
};

import type { Cpe, NigPayload } from '@cpe-desk/contract';

/** What NIG says of an update. `unknown`: it may or may not have taken it, so it has to be asked. */
export type NigAnswer =
  | { outcome: 'accepted'; reference: string }
  | { outcome: 'rejected'; code: string; message: string }
  | { outcome: 'unknown'; why: string };

/** `unavailable`: the connection was refused before anything was sent, so NIG can not have the update. */
export type SendAnswer = NigAnswer | { outcome: 'unavailable'; why: string };

/** `never-got-it`: NIG says that it has no such update. */
export type LookUpAnswer = NigAnswer | { outcome: 'never-got-it' };

/** The port to the downstream network system. Adapters are the only code that speaks a NIG's protocol. */
export type Nig = {
  /** Sends an update, once; `updateId` is NIG's idempotency key. Never throws. */
  send(updateId: string, payload: NigPayload): Promise<SendAnswer>;
  /** Asks what became of an update; absent where this NIG can not be asked. Never throws. */
  lookUp?(updateId: string): Promise<LookUpAnswer>;
  /** What NIG holds for a line; null where it was never told, undefined where it did not say. */
  cpeOf?(serviceLineId: string): Promise<Cpe | null | undefined>;
  /** Whether sends go out: false while NIG's trouble keeps them back. Absent: they always do. */
  isAvailable?(): boolean;
  close(): Promise<void>;
};

import type { BulkRowRef } from '@cpe-desk/contract';
import type { ChainHead } from '../history/chain/chain-entry.ts';
import type { DatabaseClock } from '../platform/database/clock.ts';
import type { Proposal } from './2-check.ts';

/** The bulk's row that makes an update, and which attempt of the row this is. */
export type BulkOrigin = BulkRowRef & { attempt: number };

/** The origin of an update. */
export type Origin = {
  /** Of the HTTP request, or the id of the repair. NIG gets it, too. */
  requestId: string;
  /** The update that it reverts. */
  revertOf?: string | undefined;
  bulk?: BulkOrigin | undefined;
  /** Called with the id of the update before it is recorded. */
  onRecording?: (updateId: string) => void;
};

/** A committed intent: from here on the update settles, whatever happens to this process. */
export type Intent = Proposal & {
  updateId: string;
  requestId: Origin['requestId'];
  revertOf: Origin['revertOf'];
  bulk?: BulkOrigin | undefined;
  requestedAt: Date;
  /** Before the intent was recorded, by this process's monotonic clock, ms. */
  startedAt: number;
  /** The database's clock as of the intent. */
  clock: DatabaseClock;
  /** The end of the line's chain. Only the line's unsettled update moves it, which is this one. */
  head: ChainHead;
};

/** An intent before it is recorded. */
export type Unrecorded = Omit<Intent, 'head' | 'clock'>;

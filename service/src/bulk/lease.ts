import type { SelectBulkRow } from './bulk.sql.ts';

/** The columns of a bulk. */
export type BulkColumns = Omit<SelectBulkRow, 'counts_now' | 'seconds_a_row'>;

/** A bulk that this instance reads or checks, and the lease under which it does. */
export type LeasedBulk = { bulk: BulkColumns; lease: string; stopping: AbortSignal };

/**
 * Another instance took the work over, the bulk was cancelled, or this instance stops: nothing more
 * is written.
 */
export class LeaseLost extends Error {
  constructor() {
    super('Another instance has the bulk, it was cancelled, or this one stops');
    this.name = 'LeaseLost';
  }
}

import type { BulkPause, BulkSettings } from '@cpe-desk/contract';

/** The brakes' counts of rows since the start or the last resumption. */
export type BrakeCounts = {
  /** The newest settled rows that were refused or failed, one after the other. */
  in_a_row: number;
  settled_since: number;
  refused_since: number;
  unknown_since: number;
};

/** A share of a few rows says nothing. */
const FEWEST_SETTLED = 50;

export type Brake = Pick<BulkPause, 'reason' | 'detail'>;

/** The brake that these counts reach; undefined where the bulk may go on. */
export const brakeOf = (
  { refusalsInARow, failurePercent, unknownOutcomes }: BulkSettings['brakes'],
  counts: BrakeCounts,
): Brake | undefined => {
  const { in_a_row, settled_since, refused_since, unknown_since } = counts;
  if (in_a_row >= refusalsInARow)
    return {
      reason: 'refusals-in-a-row',
      detail: `${in_a_row} rows in a row were refused or failed`,
    };
  const share = (100 * refused_since) / settled_since;
  if (settled_since >= FEWEST_SETTLED && share >= failurePercent)
    return {
      reason: 'failure-share',
      detail: `${refused_since} of ${settled_since} rows were refused or failed`,
    };
  if (unknown_since >= unknownOutcomes)
    return {
      reason: 'unknown-outcomes',
      detail: `NIG did not give the outcome of ${unknown_since} rows`,
    };
  return undefined;
};

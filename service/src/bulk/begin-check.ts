import type { Caller } from '@cpe-desk/contract';
import { one, run, type Transaction } from '../platform/database/database.ts';
import { beginNextCheck, updateCreatorGroups } from './bulk.sql.ts';

/** Which rows a check judges: those that are waiting or left out, or those that get its number. */
export type CheckedRows = 'all open rows' | 'marked rows';

/** Whether a check with this number judges a row. */
export const isDue = (checkNo: number, row: { check_no: number; state: string }): boolean =>
  checkNo < 0 ? row.state === 'waiting' || row.state === 'left-out' : row.check_no === checkNo;

/**
 * Begins the next check of a bulk that the caller has locked, and returns its number. For marked
 * rows, write that number into the `check_no` of each in the same transaction, and set them to
 * `waiting`.
 */
export const beginCheck = async (
  tx: Transaction,
  bulkId: string,
  { id, segmentGroups }: Pick<Caller, 'id' | 'segmentGroups'>,
  rows: CheckedRows,
): Promise<number> => {
  await run(tx, updateCreatorGroups, [bulkId, id, segmentGroups]);
  return (await one(tx, beginNextCheck, [bulkId, rows === 'marked rows' ? 1 : -1])).check_no;
};

import { inTransaction, type Pool, run, type Transaction } from '../platform/database/database.ts';
import { badRecordReason } from './bad-record.ts';
import {
  importForceIndexScans,
  importReleaseSavepoint,
  importRollbackToSavepoint,
  importSavepoint,
} from './import.sql.ts';
import { insertRecords, type NewRecords } from './insert-records.ts';
import type { NumberedRecord } from './parse-line.ts';
import { writeRecords } from './write-records.ts';
import type { Written } from './write-service-lines.ts';

/**
 * A remark on one line of the file, numbered from 1. `bad`: not imported. `kept`: imported in part,
 * or not at all, because people decided otherwise in the desk.
 */
export type LineRemark = { number: number; outcome: 'bad' | 'kept'; reason: string };

export type WriteOptions = { at: Date; remark: (remark: LineRemark) => void };

/** Referenced records first, each type in the order of the file. */
const typeOrder = ['networkElement', 'serviceLine', 'ticket'];
const order = ({ record }: NumberedRecord) => typeOrder.indexOf(record.type);

/** Writes new records in one transaction. False where that fails; nothing is written then. */
export const writeNewRecords = async (
  db: Pool,
  records: NewRecords,
  at: Date,
): Promise<boolean> => {
  try {
    await inTransaction(db, async (tx) => {
      await run(tx, importForceIndexScans, []);
      await insertRecords(tx, records, at);
    });
    return true;
  } catch (error) {
    if (badRecordReason(error) === undefined) throw error;
    return false;
  }
};

/**
 * Writes a batch in one transaction, doubtful records apart from the others. Returns the number of
 * changed records.
 */
export const writeBatch = (
  db: Pool,
  batch: readonly NumberedRecord[],
  doubtful: ReadonlySet<NumberedRecord>,
  options: WriteOptions,
): Promise<number> =>
  inTransaction(db, async (tx) => {
    await run(tx, importForceIndexScans, []);
    const sorted = batch.toSorted((a, b) => order(a) - order(b));
    let changed = 0;
    for (const group of groupsOf(sorted, doubtful)) changed += await writeGroup(tx, group, options);
    return changed;
  });

/**
 * Groups of records without a doubtful one, and a group for each doubtful record, in their order.
 */
const groupsOf = (
  batch: readonly NumberedRecord[],
  doubtful: ReadonlySet<NumberedRecord>,
): NumberedRecord[][] => {
  const groups: NumberedRecord[][] = [];
  let isOpen = false;
  for (const one of batch) {
    const isDoubtful = doubtful.has(one);
    if (isOpen && !isDoubtful) groups.at(-1)?.push(one);
    else groups.push([one]);
    isOpen = !isDoubtful;
  }
  return groups;
};

/** Writes a group at once. Where that fails, writes each half, down to the bad records. */
const writeGroup = async (
  tx: Transaction,
  group: readonly NumberedRecord[],
  options: WriteOptions,
): Promise<number> => {
  await run(tx, importSavepoint, []);
  try {
    const records = group.map(({ record }) => record);
    const written = await writeRecords(tx, records, options.at);
    await run(tx, importReleaseSavepoint, []);
    remarkKept(group, written, options.remark);
    return written.changed;
  } catch (error) {
    const reason = badRecordReason(error);
    if (reason === undefined) throw error;
    await run(tx, importRollbackToSavepoint, []);
    await run(tx, importReleaseSavepoint, []);
    const [only] = group;
    if (only && group.length === 1) options.remark({ number: only.number, outcome: 'bad', reason });
    if (group.length <= 1) return 0;
  }
  const half = group.length >> 1;
  const first = await writeGroup(tx, group.slice(0, half), options);
  return first + (await writeGroup(tx, group.slice(half), options));
};

const remarkKept = (
  batch: readonly NumberedRecord[],
  { kept }: Written,
  remark: WriteOptions['remark'],
): void => {
  if (kept.size === 0) return;
  for (const { number, record } of batch) {
    const reason = record.type === 'serviceLine' ? kept.get(record.id) : undefined;
    if (reason !== undefined) remark({ number, outcome: 'kept', reason });
  }
};

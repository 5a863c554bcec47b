import { inTransaction, type Pool, run, type Transaction } from '../platform/database/database.ts';
import { badRecordReason } from './bad-record.ts';
import { insertRecords, type NewRecords } from './insert-records.ts';
import type { NumberedRecord } from './parse-line.ts';
import { backToSavepoint, lookUpByKey, releaseSavepoint, savepoint } from './queries.ts';
import { writeRecords } from './write-records.ts';
import type { Written } from './write-service-lines.ts';

/** Something to tell of one line of the file, numbered from 1: `bad` was not taken, `kept` not in full. */
export type LineRemark = { number: number; what: 'bad' | 'kept'; why: string };

export type WriteOptions = { at: Date; remark: (remark: LineRemark) => void };

/** Those that others refer to first, each kind in the order of the file. */
const typeOrder = ['networkElement', 'serviceLine', 'ticket'];
const order = ({ record }: NumberedRecord) => typeOrder.indexOf(record.type);

/** Writes new records in one transaction; false when they can not all be written so, and nothing was. */
export const writeNewRecords = async (db: Pool, records: NewRecords, at: Date): Promise<boolean> => {
  try {
    await inTransaction(db, async (tx) => {
      await run(tx, lookUpByKey, []);
      await insertRecords(tx, records, at);
    });
    return true;
  } catch (error) {
    if (badRecordReason(error) === undefined) throw error;
    return false;
  }
};

/** Writes a batch in one transaction, the doubtful ones apart from the others, and answers how many records changed. */
export const writeBatch = (
  db: Pool,
  batch: readonly NumberedRecord[],
  doubtful: ReadonlySet<NumberedRecord>,
  options: WriteOptions,
): Promise<number> =>
  inTransaction(db, async (tx) => {
    await run(tx, lookUpByKey, []);
    const sorted = batch.toSorted((a, b) => order(a) - order(b));
    let changed = 0;
    for (const group of groupsOf(sorted, doubtful)) changed += await writeGroup(tx, group, options);
    return changed;
  });

/** Runs of records of which none is doubtful, and each doubtful one by itself: in their order. */
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

/** All at once; half by half where that fails, down to the bad ones. */
const writeGroup = async (
  tx: Transaction,
  group: readonly NumberedRecord[],
  options: WriteOptions,
): Promise<number> => {
  await run(tx, savepoint, []);
  try {
    const records = group.map(({ record }) => record);
    const written = await writeRecords(tx, records, options.at);
    await run(tx, releaseSavepoint, []);
    remarkKept(group, written, options.remark);
    return written.changed;
  } catch (error) {
    const why = badRecordReason(error);
    if (why === undefined) throw error;
    await run(tx, backToSavepoint, []);
    await run(tx, releaseSavepoint, []);
    const [only] = group;
    if (only && group.length === 1) options.remark({ number: only.number, what: 'bad', why });
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
    const why = record.type === 'serviceLine' ? kept.get(record.id) : undefined;
    if (why !== undefined) remark({ number, what: 'kept', why });
  }
};

import { inTransaction, type Pool, run, type Transaction } from '../database.ts';
import { badRecordReason } from './bad-record.ts';
import { type ImportRecord, parseLine } from './parse-line.ts';
import { backToSavepoint, releaseSavepoint, savepoint } from './queries.ts';
import { type Written, writeRecords } from './write-records.ts';

/** Lines that are written in one transaction. */
const BATCH_LINES = 500;

/** Something to tell of one line of the file, numbered from 1: `bad` was not taken, `kept` not in full. */
export type LineRemark = { number: number; what: 'bad' | 'kept'; why: string };

export type ImportSummary = { read: number; changed: number; kept: number; bad: number };

type ImportOptions = { at: Date; remark: (remark: LineRemark) => void };

type NumberedRecord = { number: number; record: ImportRecord };

/**
 * Imports lines of JSON, a batch in a transaction, so that a file of any size takes little memory. Bad lines are
 * remarked upon and the others are taken. Blank lines are passed over.
 */
export const importLines = async (
  db: Pool,
  lines: AsyncIterable<string>,
  { at, remark }: ImportOptions,
): Promise<ImportSummary> => {
  const summary: ImportSummary = { read: 0, changed: 0, kept: 0, bad: 0 };
  const tell = (told: LineRemark) => {
    summary[told.what] += 1;
    remark(told);
  };
  let batch: NumberedRecord[] = [];
  const flush = async () => {
    summary.changed += await writeBatch(db, batch, { at, remark: tell });
    batch = [];
  };
  let number = 0;
  for await (const text of lines) {
    number += 1;
    if (text.trim() === '') continue;
    summary.read += 1;
    const parsed = parseLine(text);
    if (parsed.ok) batch.push({ number, record: parsed.record });
    else tell({ number, what: 'bad', why: parsed.why });
    if (batch.length === BATCH_LINES) await flush();
  }
  if (batch.length > 0) await flush();
  return summary;
};

/** Those that others refer to first, each kind in the order of the file. */
const typeOrder = ['networkElement', 'serviceLine', 'ticket'];
const order = ({ record }: NumberedRecord) => typeOrder.indexOf(record.type);

/** Writes a batch in one transaction and answers how many records changed. */
const writeBatch = (db: Pool, batch: NumberedRecord[], options: ImportOptions): Promise<number> =>
  inTransaction(db, (tx) =>
    writeGroup(
      tx,
      batch.toSorted((a, b) => order(a) - order(b)),
      options,
    ),
  );

/** All at once; half by half where that fails, down to the bad ones. */
const writeGroup = async (
  tx: Transaction,
  group: NumberedRecord[],
  options: ImportOptions,
): Promise<number> => {
  await run(tx, savepoint, []);
  try {
    const records = group.map(({ record }) => record);
    const written = await writeRecords(tx, records, options.at);
    await run(tx, releaseSavepoint, []);
    remarkKept(group, written, options);
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

const remarkKept = (batch: NumberedRecord[], { kept }: Written, { remark }: ImportOptions): void => {
  if (kept.size === 0) return;
  for (const { number, record } of batch) {
    const why = record.type === 'serviceLine' ? kept.get(record.id) : undefined;
    if (why !== undefined) remark({ number, what: 'kept', why });
  }
};

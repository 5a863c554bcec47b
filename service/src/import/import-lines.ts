import type { Pool } from '../platform/database/database.ts';
import { type NumberedRecord, parseLine } from './parse-line.ts';
import type { LineRemark, WriteOptions } from './write-batch.ts';
import { batchWriter } from './write-batches.ts';

/** Lines that are written in one transaction. */
const BATCH_LINES = 1000;

export type ImportSummary = { read: number; changed: number; kept: number; bad: number };

/**
 * Imports lines of JSON, a batch in a transaction; the next ones are read while the database writes, a few batches
 * ahead, so that a file of any size takes little memory. Bad lines are remarked upon and the others are taken. Blank
 * lines are passed over.
 */
export const importLines = async (
  db: Pool,
  lines: AsyncIterable<string>,
  { at, remark, batchLines = BATCH_LINES }: WriteOptions & { batchLines?: number },
): Promise<ImportSummary> => {
  const summary: ImportSummary = { read: 0, changed: 0, kept: 0, bad: 0 };
  const tell = (told: LineRemark) => {
    summary[told.what] += 1;
    remark(told);
  };
  const writer = batchWriter(db, { at, remark: tell });
  let batch: NumberedRecord[] = [];
  let number = 0;
  try {
    for await (const text of lines) {
      number += 1;
      if (text.trim() === '') continue;
      summary.read += 1;
      const parsed = parseLine(text);
      if (parsed.ok) batch.push({ number, record: parsed.record });
      else tell({ number, what: 'bad', why: parsed.why });
      if (batch.length < batchLines) continue;
      await writer.add(batch);
      batch = [];
    }
    if (batch.length > 0) await writer.add(batch);
  } finally {
    // Also when the file can not be read on: what is under way needs its connections.
    summary.changed = await writer.end();
  }
  return summary;
};

import type { Pool } from '../platform/database/database.ts';
import { type NumberedRecord, parseLine } from './parse-line.ts';
import type { LineRemark, WriteOptions } from './write-batch.ts';
import { batchWriter } from './write-batches.ts';

/** Lines in one transaction. */
const BATCH_LINES = 1000;

export type ImportSummary = { read: number; changed: number; kept: number; bad: number };

/**
 * Imports lines of JSON, a batch in each transaction. Reads a few batches ahead while the database
 * writes, so that a file of any size takes little memory. Reports bad lines and writes the others.
 * Skips blank lines.
 */
export const importLines = async (
  db: Pool,
  lines: AsyncIterable<string>,
  { at, remark, batchLines = BATCH_LINES }: WriteOptions & { batchLines?: number },
): Promise<ImportSummary> => {
  const summary: ImportSummary = { read: 0, changed: 0, kept: 0, bad: 0 };
  const count = (line: LineRemark) => {
    summary[line.outcome] += 1;
    remark(line);
  };
  const writer = batchWriter(db, { at, remark: count });
  let batch: NumberedRecord[] = [];
  let number = 0;
  try {
    for await (const text of lines) {
      number += 1;
      if (text.trim() === '') continue;
      summary.read += 1;
      const parsed = parseLine(text);
      if (parsed.ok) batch.push({ number, record: parsed.record });
      else count({ number, outcome: 'bad', reason: parsed.reason });
      if (batch.length < batchLines) continue;
      await writer.add(batch);
      batch = [];
    }
    if (batch.length > 0) await writer.add(batch);
  } finally {
    // Also when reading the file fails: active writes need its connections.
    summary.changed = await writer.end();
  }
  return summary;
};

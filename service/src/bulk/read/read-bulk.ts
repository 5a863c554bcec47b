import {
  type BulkFault,
  type BulkMapping,
  type BulkQuestion,
  bulkFormats,
  bulkMappingSchema,
  bulkSeparators,
  encodings,
  NO_ROWS,
} from '@cpe-desk/contract';
import { z } from 'zod';
import {
  inTransaction,
  maybeOne,
  type Pool,
  run,
  type Transaction,
} from '../../platform/database/database.ts';
import type { BulkLimits } from '../deps.ts';
import { type LeasedBulk, LeaseLost } from '../lease.ts';
import { arrayText, cellValue, storedCell } from './cells.ts';
import {
  decimalMarkQuestion,
  headingsKey,
  matchColumns,
  questionsOf,
  RATE_COLUMNS,
} from './mapping.ts';
import { matchHeading } from './match-heading.ts';
import {
  deleteParts,
  failReading,
  finishReading,
  insertRows,
  selectLastMapping,
} from './read.sql.ts';
import { faultOf, ReadFault } from './read-fault.ts';
import { type FileFacts, type FileRow, readFile } from './read-file.ts';
import { readRateCell } from './read-rate-cell.ts';

/** Rows that one statement writes. */
const BATCH = 500;

const fileColumns = z.object({
  format: z.enum(bulkFormats),
  encoding: z.enum(encodings).nullable(),
  separator: z.enum(bulkSeparators).nullable(),
  bytes: z.int(),
});

type NumberedRow = FileRow & { row: number };

const writeRows = (tx: Transaction, bulkId: string, rows: readonly NumberedRow[]) =>
  run(tx, insertRows, [
    bulkId,
    rows.map(({ row }) => row),
    rows.map(({ line }) => line),
    rows.map(({ cells }) => arrayText(cells.map(storedCell))),
    rows.map(({ faults }) => (faults.length > 0 ? JSON.stringify(faults) : null)),
  ]);

/** The first number whose decimal mark is not certain. */
class AmbiguousNumbers {
  #question: BulkQuestion | undefined;

  /** Looks at a row's rates. Columns that people map later are read at the check. */
  look({ row, cells, faults }: NumberedRow, headings: readonly string[]): void {
    if (this.#question || faults.length > 0) return;
    for (const [index, heading] of headings.entries()) {
      if (!RATE_COLUMNS.has(matchHeading(heading) ?? null)) continue;
      const text = cellValue(cells[index] ?? '');
      if (readRateCell(heading, text, null) === 'ambiguous')
        this.#question = decimalMarkQuestion(heading, row, text);
    }
  }

  get questions(): BulkQuestion[] {
    return this.#question ? [this.#question] : [];
  }
}

/** Copies the rows of the file into the bulk. Returns their number. */
const copyRows = async (
  tx: Transaction,
  { bulk, stopping }: LeasedBulk,
  { maxRows }: BulkLimits,
  facts: FileFacts,
  numbers: AmbiguousNumbers,
): Promise<number> => {
  const file = { bulkId: bulk.id, ...fileColumns.parse(bulk) };
  let count = 0;
  let batch: NumberedRow[] = [];
  for await (const read of readFile(tx, file, facts)) {
    count += 1;
    if (count > maxRows)
      throw new ReadFault('too-many-rows', `The file has over ${maxRows} rows`, read.line);
    const row = { ...read, row: count };
    numbers.look(row, facts.headings);
    batch.push(row);
    if (batch.length < BATCH) continue;
    if (stopping.aborted) throw new LeaseLost();
    await writeRows(tx, bulk.id, batch);
    batch = [];
  }
  if (batch.length > 0) await writeRows(tx, bulk.id, batch);
  if (count > 0 && facts.headings.length === 0)
    throw new ReadFault('no-heading', 'No line is a JSON object');
  if (count === 0) throw new ReadFault('empty-file', 'The file has no rows below its headings');
  return count;
};

/** The last mapping of the same headings, which a person confirms or changes. */
const proposedColumns = async (
  tx: Transaction,
  headings: readonly string[],
): Promise<BulkMapping['columns']> => {
  const last = await maybeOne(tx, selectLastMapping, [headingsKey(headings)]);
  return last ? bulkMappingSchema.parse(last.mapping).columns : {};
};

const readInto = async (tx: Transaction, leased: LeasedBulk, limits: BulkLimits): Promise<void> => {
  const { bulk, lease } = leased;
  const { encoding, separator } = fileColumns.parse(bulk);
  const facts: FileFacts = { headings: [], separator };
  const numbers = new AmbiguousNumbers();
  const count = await copyRows(tx, leased, limits, facts, numbers);
  const { headings } = facts;
  const matched = matchColumns(headings);
  const questions = [...questionsOf(headings, matched), ...numbers.questions];
  // Where nothing is asked, nobody would see a proposal.
  const proposed = questions.length > 0 ? await proposedColumns(tx, headings) : {};
  const mapping: BulkMapping = { columns: { ...matched, ...proposed }, decimalMark: null };
  const finished = await maybeOne(tx, finishReading, [
    ...([bulk.id, lease, questions.length > 0 ? 'needs-mapping' : 'checking'] as const),
    ...([encoding, facts.separator, headings, headingsKey(headings)] as const),
    JSON.stringify(mapping),
    JSON.stringify(questions),
    JSON.stringify({ ...NO_ROWS, rows: count, waiting: count }),
  ]);
  if (!finished) throw new LeaseLost();
  await run(tx, deleteParts, [bulk.id]);
};

const recordFault = async (db: Pool, { bulk, lease }: LeasedBulk, fault: BulkFault) => {
  await inTransaction(db, async (tx) => {
    if (!(await maybeOne(tx, failReading, [bulk.id, lease, JSON.stringify(fault)])))
      throw new LeaseLost();
    await run(tx, deleteParts, [bulk.id]);
  });
};

/**
 * Reads an uploaded file into the rows of its bulk, all or none. The bulk then is `needs-mapping`,
 * `checking` or `unreadable`. Throws `LeaseLost` where another instance has the bulk.
 */
export const readBulk = async (db: Pool, leased: LeasedBulk, limits: BulkLimits): Promise<void> => {
  try {
    await inTransaction(db, (tx) => readInto(tx, leased, limits));
  } catch (error) {
    const fault = faultOf(error);
    if (!fault) throw error;
    await recordFault(db, leased, fault);
  }
};

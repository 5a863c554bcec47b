import { refreshCorpData } from '../line/corp-data.sql.ts';
import { inTransaction, type Pool, run, type Transaction } from '../platform/database/database.ts';
import {
  type ImportSelectBatchRow,
  importCutPath,
  importForceIndexScans,
  importKeepChanged,
  importLockCpes,
  importLockLines,
  importRefuseRow,
  importReleaseClaims,
  importSelectBatch,
  importSelectRounds,
  importSelectTaken,
  importWriteClaims,
  importWriteCpes,
  importWriteElements,
  importWriteLines,
  importWritePath,
  importWriteTickets,
} from './apply.sql.ts';
import { BadRow, badRowReason } from './bad-row.ts';

/** Rows in one transaction. It locks their lines, for about a second at most. */
const BATCH_ROWS = 2500;

type Batch = readonly ImportSelectBatchRow[];
type WriteBatch = (tx: Transaction, batch: Batch, at: Date) => Promise<void>;

const seqsOf = (batch: Batch): number[] => batch.map(({ seq }) => seq);

const writeServiceLines: WriteBatch = async (tx, batch, at) => {
  const seqs = seqsOf(batch);
  const ids = batch.map(({ id }) => id);
  await run(tx, importLockCpes, [ids]);
  await run(tx, importLockLines, [ids]);
  await run(tx, importKeepChanged, [seqs]);
  await run(tx, importWriteLines, [seqs]);
  await run(tx, importWritePath, [seqs]);
  await run(tx, importCutPath, [seqs]);
  await run(tx, importWriteCpes, [seqs, at]);
  await run(tx, importReleaseClaims, [seqs]);
  await run(tx, importWriteClaims, [seqs]);
  const [taken] = await run(tx, importSelectTaken, [seqs]);
  if (taken) throw new BadRow(`${taken.key} is in use by service line ${taken.holder}`);
  await run(tx, refreshCorpData, [ids, at]);
};

/** The types, those that others refer to first. */
const writers: readonly (readonly [type: string, write: WriteBatch])[] = [
  [
    'networkElement',
    async (tx, batch) => void (await run(tx, importWriteElements, [seqsOf(batch)])),
  ],
  ['serviceLine', writeServiceLines],
  ['ticket', async (tx, batch) => void (await run(tx, importWriteTickets, [seqsOf(batch)]))],
];

type Write = (write: WriteBatch, batch: Batch) => Promise<void>;

const writeAll = async (db: Pool | Transaction, write: Write): Promise<void> => {
  for (const [type, writeBatch] of writers)
    for (const { round } of await run(db, importSelectRounds, [type]))
      for (let after = 0; ; ) {
        const batch = await run(db, importSelectBatch, [type, round, after, BATCH_ROWS]);
        const last = batch.at(-1);
        if (!last) break;
        await write(writeBatch, batch);
        after = last.seq;
      }
};

/** Writes the judged rows within a transaction. Throws where the database refuses one. */
export const applyRowsIn = (tx: Transaction, at: Date): Promise<void> =>
  writeAll(tx, (write, batch) => write(tx, batch, at));

/**
 * Writes the judged rows, a batch in each transaction. Where the database refuses a batch, because
 * the desk took a value meanwhile, each half is written, down to the row that is refused.
 */
export const applyRows = async (db: Pool, at: Date): Promise<void> => {
  const writeHalves: Write = async (write, batch) => {
    try {
      await inTransaction(db, async (tx) => {
        await run(tx, importForceIndexScans, []);
        await write(tx, batch, at);
      });
    } catch (error) {
      const reason = badRowReason(error);
      if (reason === undefined) throw error;
      const [only] = batch;
      if (only && batch.length === 1) {
        await run(db, importRefuseRow, [only.seq, reason]);
        return;
      }
      const half = batch.length >> 1;
      await writeHalves(write, batch.slice(0, half));
      await writeHalves(write, batch.slice(half));
    }
  };
  await writeAll(db, writeHalves);
};

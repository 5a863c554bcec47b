import pg from 'pg';
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
  await run(tx, importReleaseClaims, [seqs, ids]);
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

/** Batches at a time: two keep two processors busy. The rows of a round share no key. */
const CONCURRENT = 2;

/** Starts batches, at most `most` at a time, in the order of the types and rounds. */
const writeAll = async (db: Pool | Transaction, most: number, write: Write): Promise<void> => {
  for (const [type, writeBatch] of writers)
    for (const { round } of await run(db, importSelectRounds, [type])) {
      const active = new Set<Promise<void>>();
      try {
        for (let after = 0; ; ) {
          const batch = await run(db, importSelectBatch, [type, round, after, BATCH_ROWS]);
          const last = batch.at(-1);
          if (!last) break;
          after = last.seq;
          if (active.size >= most) await Promise.race(active);
          const one = write(writeBatch, batch).finally(() => active.delete(one));
          active.add(one);
        }
        await Promise.all(active);
      } finally {
        await Promise.allSettled(active);
      }
    }
};

/** Writes the judged rows within a transaction. Throws where the database refuses one. */
export const applyRowsIn = (tx: Transaction, at: Date): Promise<void> =>
  writeAll(tx, 1, (write, batch) => write(tx, batch, at));

/**
 * Changed segment groups of lines change the tickets and their counts, in any order: two batches
 * may wait for each other, until PostgreSQL ends one.
 */
const isDeadlock = (error: unknown): boolean =>
  error instanceof pg.DatabaseError && error.code === '40P01';

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
      if (isDeadlock(error)) return await writeHalves(write, batch);
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
  await writeAll(db, CONCURRENT, writeHalves);
};

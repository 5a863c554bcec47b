import type { Pool } from '../platform/database/database.ts';
import type { NewRecords } from './insert-records.ts';
import { type Judged, judgeBatch } from './judge-batch.ts';
import type { NumberedRecord } from './parse-line.ts';
import { type WriteOptions, writeBatch, writeNewRecords } from './write-batch.ts';

/** Transactions at a time: two keep two processors busy while one waits for its next statement. */
const TRANSACTIONS = 3;
/** Most records that wait to be written alone. */
const MOST_WAITING = 1000;

export type BatchWriter = {
  /**
   * Adds a batch. Resolves when the previous batch is being written, so that few batches are in
   * memory.
   */
  add(batch: NumberedRecord[]): Promise<void>;
  /** Waits for all writes; returns the number of changed records. */
  end(): Promise<number>;
};

/** New records that are being written. */
type ActiveWrite = { keys: ReadonlySet<string>; done: Promise<void> };

/** Records that wait to be written alone, the doubtful ones apart from the others. */
type Waiting = Pick<Judged, 'all' | 'doubtful'>;

/** The number of its first line. */
const firstOf = ({ all }: Waiting): number => all.batch[0]?.number ?? 0;

/** The type of all records; undefined where there are several. */
const typeOf = (batch: readonly NumberedRecord[]): string | undefined => {
  const type = batch[0]?.record.type;
  return batch.every(({ record }) => record.type === type) ? type : undefined;
};

/**
 * Writes batches with the same result as one after another. A few run at a time, where all records
 * are new, of one type, and share no key; their doubtful records wait until no write runs. Any
 * other batch is written alone: for example, a changed segment group of a line changes its tickets
 * and their counts, which could deadlock with another transaction.
 */
export const batchWriter = (db: Pool, options: WriteOptions): BatchWriter => {
  const activeWrites = new Set<ActiveWrite>();
  const waiting: Waiting[] = [];
  let typeBefore: string | undefined;
  let changed = 0;

  const waitingRecords = () => waiting.reduce((sum, { all }) => sum + all.batch.length, 0);
  const writeAlone = async ({ all, doubtful }: Waiting) => {
    changed += await writeBatch(db, all.batch, new Set(doubtful.batch), options);
  };
  const writeWaiting = async () => {
    await Promise.all([...activeWrites].map(({ done }) => done));
    // Records began to wait in any order; they are written in the order of the file.
    for (const records of waiting.splice(0).sort((a, b) => firstOf(a) - firstOf(b)))
      await writeAlone(records);
  };
  const begin = (fresh: NewRecords, judged: Judged) => {
    const { all, doubtful } = judged;
    const one: ActiveWrite = { keys: all.keys, done: Promise.resolve() };
    one.done = writeNewRecords(db, fresh, options.at).then((isWritten) => {
      activeWrites.delete(one);
      if (isWritten) changed += all.batch.length - doubtful.batch.length;
      if (!isWritten) waiting.push(judged);
      else if (doubtful.batch.length > 0) waiting.push({ all: doubtful, doubtful });
    });
    // The next waiter gets its error.
    one.done.catch(() => {});
    activeWrites.add(one);
  };
  const start = async (batch: NumberedRecord[]) => {
    const type = typeOf(batch);
    // This type may refer to the types written before it.
    if (type === undefined || type !== typeBefore || waitingRecords() >= MOST_WAITING)
      await writeWaiting();
    typeBefore = type;
    const judged = await judgeBatch(db, batch);
    const others = [...activeWrites, ...waiting.map(({ all }) => all)];
    const sharesKeys = others.some(({ keys }) => !judged.all.keys.isDisjointFrom(keys));
    if (sharesKeys || judged.fresh === undefined) await writeWaiting();
    if (judged.fresh === undefined) await writeAlone(judged);
    else {
      if (activeWrites.size >= TRANSACTIONS)
        await Promise.race([...activeWrites].map(({ done }) => done));
      begin(judged.fresh, judged);
    }
  };

  let started = Promise.resolve();
  return {
    async add(batch) {
      const before = started;
      started = before.then(() => start(batch));
      started.catch(() => {});
      await before;
    },
    async end() {
      try {
        await started;
        await writeWaiting();
      } finally {
        await Promise.allSettled([...activeWrites].map(({ done }) => done));
      }
      return changed;
    },
  };
};

import type { Pool } from '../platform/database/database.ts';
import type { NewRecords } from './insert-records.ts';
import { type Judged, judgeBatch } from './judge-batch.ts';
import type { NumberedRecord } from './parse-line.ts';
import { type WriteOptions, writeBatch, writeNewRecords } from './write-batch.ts';

/** Transactions under way at a time: two keep two processors busy, while one waits for what we send next. */
const TRANSACTIONS = 3;
/** Records that wait to be written alone are as many as this, at most. */
const MOST_WAITING = 1000;

export type BatchWriter = {
  /** Takes a batch; answers when the one before it is under way, so that few are held. */
  add(batch: NumberedRecord[]): Promise<void>;
  /** Waits for all; answers how many records changed. */
  end(): Promise<number>;
};

/** New records that are being written. */
type UnderWay = { keys: ReadonlySet<string>; done: Promise<void> };

/** Records that wait to be written alone, of which some apart from the others. */
type Waiting = Pick<Judged, 'all' | 'doubtful'>;

/** The number of its first line. */
const firstOf = ({ all }: Waiting): number => all.batch[0]?.number ?? 0;

/** The type of all records; undefined when there are several. */
const typeOf = (batch: readonly NumberedRecord[]): string | undefined => {
  const type = batch[0]?.record.type;
  return batch.every(({ record }) => record.type === type) ? type : undefined;
};

/**
 * Writes batches so that nobody can tell it from one after the other: a few are under way at a time where all are new records
 * of one type that share no key; of those, the doubtful ones wait until nothing is under way. Any other batch is written alone.
 * (Changing a line's segment group, for example, changes its tickets and their counts, in no order that would keep two
 * transactions from waiting for each other.)
 */
export const batchWriter = (db: Pool, options: WriteOptions): BatchWriter => {
  const underWay = new Set<UnderWay>();
  const waiting: Waiting[] = [];
  let typeBefore: string | undefined;
  let changed = 0;

  const waitingRecords = () => waiting.reduce((sum, { all }) => sum + all.batch.length, 0);
  const writeAlone = async ({ all, doubtful }: Waiting) => {
    changed += await writeBatch(db, all.batch, new Set(doubtful.batch), options);
  };
  const allWritten = async () => {
    await Promise.all([...underWay].map(({ done }) => done));
    // They came to wait in the order in which they were found out, which is not that of the file.
    for (const records of waiting.splice(0).sort((a, b) => firstOf(a) - firstOf(b)))
      await writeAlone(records);
  };
  const begin = (fresh: NewRecords, judged: Judged) => {
    const { all, doubtful } = judged;
    const one: UnderWay = { keys: all.keys, done: Promise.resolve() };
    one.done = writeNewRecords(db, fresh, options.at).then((isWritten) => {
      underWay.delete(one);
      if (isWritten) changed += all.batch.length - doubtful.batch.length;
      if (!isWritten) waiting.push(judged);
      else if (doubtful.batch.length > 0) waiting.push({ all: doubtful, doubtful });
    });
    // Whoever waits for it next is told of its failure.
    one.done.catch(() => {});
    underWay.add(one);
  };
  const start = async (batch: NumberedRecord[]) => {
    const type = typeOf(batch);
    // What was written of the types before it may be referred to.
    if (type === undefined || type !== typeBefore || waitingRecords() >= MOST_WAITING) await allWritten();
    typeBefore = type;
    const judged = await judgeBatch(db, batch);
    const others = [...underWay, ...waiting.map(({ all }) => all)];
    const meets = others.some(({ keys }) => !judged.all.keys.isDisjointFrom(keys));
    if (meets || judged.fresh === undefined) await allWritten();
    if (judged.fresh === undefined) await writeAlone(judged);
    else {
      if (underWay.size >= TRANSACTIONS) await Promise.race([...underWay].map(({ done }) => done));
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
        await allWritten();
      } finally {
        await Promise.allSettled([...underWay].map(({ done }) => done));
      }
      return changed;
    },
  };
};

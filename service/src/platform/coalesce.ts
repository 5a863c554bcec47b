import type { TracePlace } from './tracing/trace-place.ts';
import { presentPlace, traceBatch } from './tracing/tracing.ts';

type Waiting<Item, Result> = {
  item: Item;
  place: TracePlace | undefined;
  keys: readonly string[];
  resolve: (result: Result | Promise<Result>) => void;
  reject: (error: unknown) => void;
};

type CoalesceOptions<Item> = {
  /** Most items of a batch. */
  most: number;
  /** Batches that run at the same time. */
  atATime: number;
  /** Items that share a key never run at the same time: the later one waits for the earlier one. */
  keysOf?: (item: Item) => readonly string[];
};

/** Removes the next batch from those that wait, in their order, and adds its keys to `busy`. */
const takeBatch = <Item, Result>(
  waiting: Waiting<Item, Result>[],
  most: number,
  busy: Set<string>,
): Waiting<Item, Result>[] => {
  const batch: Waiting<Item, Result>[] = [];
  const left: Waiting<Item, Result>[] = [];
  // An item that waits goes before later ones with the same key.
  const kept = new Set<string>();
  for (const each of waiting.splice(0)) {
    const fits = batch.length < most && !each.keys.some((key) => busy.has(key) || kept.has(key));
    (fits ? batch : left).push(each);
    for (const key of each.keys) (fits ? busy : kept).add(key);
  }
  waiting.push(...left);
  return batch;
};

/**
 * Joins concurrent calls into batches without delaying any: while fewer than `atATime` batches run,
 * a call leaves with those that arrived in the same turn of the event loop. Later calls fill the
 * next batch until one ends. `runBatch` answers for each item in order, or throws for all. It may
 * end before its items do: each item settles alone.
 */
export const coalesce = <Item, Result>(
  runBatch: (items: readonly Item[]) => Promise<readonly (Result | Promise<Result>)[]>,
  { most, atATime, keysOf = () => [] }: CoalesceOptions<Item>,
): ((item: Item) => Promise<Result>) => {
  const waiting: Waiting<Item, Result>[] = [];
  const busy = new Set<string>();
  let running = 0;
  let isLeaving = false;
  const run = async (batch: readonly Waiting<Item, Result>[]): Promise<void> => {
    running++;
    try {
      const results = await traceBatch(
        batch.map(({ place }) => place),
        () => runBatch(batch.map(({ item }) => item)),
      );
      if (results.length !== batch.length) throw new Error('A batch left out results');
      for (const [n, result] of results.entries()) batch[n]?.resolve(result);
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
    running--;
    leaveSoon();
  };
  const leave = (): void => {
    isLeaving = false;
    while (running < atATime) {
      const batch = takeBatch(waiting, most, busy);
      if (batch.length === 0) return;
      void run(batch);
    }
  };
  const leaveSoon = (): void => {
    if (isLeaving || running >= atATime || waiting.length === 0) return;
    isLeaving = true;
    setImmediate(leave);
  };
  return (item) => {
    const keys = keysOf(item);
    const done = new Promise<Result>((resolve, reject) => {
      waiting.push({ item, place: presentPlace(), keys, resolve, reject });
    });
    leaveSoon();
    if (keys.length === 0) return done;
    return done.finally(() => {
      for (const key of keys) busy.delete(key);
      leaveSoon();
    });
  };
};

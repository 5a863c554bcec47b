import type { Random } from '../../../demo/src/data/random.ts';
import type { ServiceProcess } from './service-process.ts';

/** A killed database does not fail more starts in a row. */
const MOST_STARTS = 5;

/** The instances of a storm. */
export type Instances = AsyncDisposable & {
  /** The ready instances, at least one. */
  ready: readonly ServiceProcess[];
  pick(): ServiceProcess;
  /** Kills an instance and starts another one, unless it is the last; answers whether it did. */
  kill(): Promise<boolean>;
  /** Waits until as many instances as at the start are ready. */
  whole(): Promise<void>;
};

type Add = (what: string) => void;

/** Starts an instance as a process supervisor does: again, if the database was killed meanwhile. */
const startAsSupervised = async (
  start: () => Promise<ServiceProcess>,
  add: Add,
): Promise<ServiceProcess> => {
  for (let starts = 1; ; starts++)
    try {
      return await start();
    } catch (error) {
      if (starts === MOST_STARTS) throw error;
      add('starts repeated');
    }
};

export const startInstances = async (
  count: number,
  random: Random,
  add: Add,
  start: () => Promise<ServiceProcess>,
): Promise<Instances> => {
  const ready: ServiceProcess[] = [];
  const starting = new Set<Promise<void>>();
  const startOne = async () => void ready.push(await startAsSupervised(start, add));
  const dispose = async () => {
    await Promise.allSettled(starting);
    await Promise.all(ready.map((instance) => instance[Symbol.asyncDispose]()));
  };
  try {
    for (let n = 0; n < count; n++) await startOne();
  } catch (error) {
    await dispose();
    throw error;
  }
  return {
    ready,
    pick: () => random.pick(ready),
    async kill() {
      if (ready.length === 1) return false;
      const [victim] = ready.splice(random.below(ready.length), 1);
      await victim?.[Symbol.asyncDispose]();
      const started = startOne();
      starting.add(started);
      started.catch(() => {}); // `whole` throws it
      return true;
    },
    async whole() {
      await Promise.all(starting);
    },
    [Symbol.asyncDispose]: dispose,
  };
};

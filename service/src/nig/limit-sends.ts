type Waiting = { until: number; start: (hasSlot: boolean) => void };

/** A queue whose front is removed in constant time: a bulk has a hundred waiting sends. */
const openQueue = () => {
  const waiting = new Set<Waiting>();
  return {
    add: (each: Waiting) => void waiting.add(each),
    size: () => waiting.size,
    next(): Waiting | undefined {
      for (const each of waiting) {
        waiting.delete(each);
        return each;
      }
      return undefined;
    },
  };
};

export type SendSlots = {
  /**
   * Takes a slot. False where all are taken by other such sends, or none was free before `until`,
   * by `performance.now()`.
   */
  enter(until: number): Promise<boolean>;
  /** Takes a slot for a send of a bulk, which waits for all others. */
  enterInBulk(until: number): Promise<boolean>;
  leave(isInBulk: boolean): void;
};

/**
 * Limits the sends that run at the same time, and those of bulks among them. Other sends come
 * first: one that finds all slots taken waits for one of a bulk, and is refused only where no bulk
 * has one.
 */
export const limitSends = (most: number, mostInBulk: number): SendSlots => {
  const [first, later] = [openQueue(), openQueue()];
  let [running, inBulk] = [0, 0];
  const startNext = (queue: ReturnType<typeof openQueue>): boolean => {
    const next = queue.next();
    if (!next) return false;
    const isInTime = performance.now() <= next.until;
    if (isInTime) running++;
    if (isInTime && queue === later) inBulk++;
    next.start(isInTime);
    return true;
  };
  const startWaiting = (): void => {
    while (running < most && startNext(first));
    while (running < most && inBulk < mostInBulk && startNext(later));
  };
  const wait = (queue: ReturnType<typeof openQueue>, until: number): Promise<boolean> =>
    new Promise((start) => {
      queue.add({ until, start });
      startWaiting();
    });
  return {
    async enter(until) {
      if (running >= most && first.size() >= inBulk) return false;
      return wait(first, until);
    },
    enterInBulk: (until) => wait(later, until),
    leave(isInBulk) {
      running--;
      if (isInBulk) inBulk--;
      startWaiting();
    },
  };
};

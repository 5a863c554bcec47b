/** Recorded rows that NIG has not answered, at most, of an instance: they are held in memory. */
const MOST_UNDER_WAY = 256;
const PARTS = 10;
const PART_MS = 100;

/** How many rows an instance may record: as many as NIG answers within a second. */
export type Pace = {
  /** Rows that may be recorded now; 0 where they are too few for a batch. */
  free(): number;
  /** Reserves room for a batch; the function that it returns gives back what was not used. */
  begin(count: number): (unused: number) => void;
  /** A row was answered. */
  ended(): void;
  /** Resolves when rows may be recorded. */
  whenFree(): Promise<void>;
  underWay(): number;
};

/**
 * Measures the answers of the last second. A NIG that answers slowly gets as many rows as it may
 * have at a time (`concurrency`), a fast one twice as many in each round.
 */
export const measurePace = (concurrency: number): Pace => {
  const parts = new Map<number, number>();
  let underWay = 0;
  let waiting: (() => void)[] = [];
  const answered = (): number => {
    const now = Math.floor(performance.now() / PART_MS);
    for (const part of parts.keys()) if (part <= now - PARTS) parts.delete(part);
    return [...parts.values()].reduce((sum, count) => sum + count, 0);
  };
  const limit = (): number => Math.min(MOST_UNDER_WAY, Math.max(concurrency, answered()));
  const free = (): number => {
    const most = limit();
    const rest = most - underWay;
    return rest >= most / 4 ? rest : 0;
  };
  const wake = (): void => {
    if (free() === 0) return;
    for (const resolve of waiting) resolve();
    waiting = [];
  };
  return {
    free,
    begin(count) {
      underWay += count;
      return (unused) => {
        underWay -= unused;
        wake();
      };
    },
    ended() {
      underWay--;
      const part = Math.floor(performance.now() / PART_MS);
      parts.set(part, (parts.get(part) ?? 0) + 1);
      wake();
    },
    whenFree: () =>
      free() > 0 ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve)),
    underWay: () => underWay,
  };
};

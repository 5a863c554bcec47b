/** Numbers that look random and are the same for the same seed. */
export type Random = {
  /** A whole number from 0 to below `limit`. */
  below(limit: number): number;
  pick<Value>(values: readonly Value[]): Value;
  /** One of the values, each as often as its weight says. */
  weighted<Value>(values: readonly (readonly [value: Value, weight: number])[]): Value;
};

/** Mulberry32, a 32-bit generator in the public domain: for looks, not for secrets. */
export const seededRandom = (seed: number): Random => {
  let state = seed;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  const pick = <Value>(values: readonly Value[]): Value => {
    const value = values[below(values.length)];
    if (value === undefined) throw new RangeError('There is nothing to pick from');
    return value;
  };
  const weighted = <Value>(values: readonly (readonly [Value, number])[]): Value => {
    let left = below(values.reduce((sum, [, weight]) => sum + weight, 0));
    for (const [value, weight] of values) {
      left -= weight;
      if (left < 0) return value;
    }
    throw new RangeError('There is nothing to pick from');
  };
  return { below, pick, weighted };
};

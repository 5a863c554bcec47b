/** Numbers that look random and are the same for the same seed. */
export type Random = {
  /** A whole number from 0 to below `limit`. */
  below(limit: number): number;
  pick<Value>(values: readonly Value[]): Value;
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
    if (value === undefined) throw new RangeError('The list to pick from is empty');
    return value;
  };
  return { below, pick };
};

/** Each value as often as its weight says: `pick` from it picks by weight. */
export const mix = <Value extends string>(weights: Readonly<Record<Value, number>>): Value[] => {
  const values: Value[] = [];
  for (const value in weights) values.push(...Array<Value>(weights[value]).fill(value));
  return values;
};

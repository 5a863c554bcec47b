import fc from 'fast-check';

/**
 * Any string: mostly letters and digits, with control characters, other scripts and lone
 * surrogates.
 */
export const anyText = fc.oneof(
  fc.string(),
  fc.string({ unit: fc.nat({ max: 0xffff }).map((unit) => String.fromCharCode(unit)) }),
);

import fc from 'fast-check';

/** Any string at all: letters and digits mostly, but control characters, other scripts and lone surrogates, too. */
export const anyText = fc.oneof(
  fc.string(),
  fc.string({ unit: fc.nat({ max: 0xffff }).map((unit) => String.fromCharCode(unit)) }),
);

/** A part of a value: the same on both sides, or not. */
export type Part = { text: string; differs: boolean };

const partsOf = (text: string, differs: (index: number) => boolean): Part[] => {
  const parts: Part[] = [];
  for (const [index, character] of [...text].entries()) {
    const last = parts.at(-1);
    if (last && last.differs === differs(index)) last.text += character;
    else parts.push({ text: character, differs: differs(index) });
  }
  return parts;
};

/** How many characters two texts share from one end. */
const shared = (a: readonly string[], b: readonly string[]): number => {
  const end = a.findIndex((character, index) => character !== b[index]);
  return end === -1 ? Math.min(a.length, b.length) : end;
};

/**
 * The characters in which two values differ: each place of two equally long ones, such as MAC
 * addresses; else what is between their equal beginnings and ends.
 */
export const markDifferences = (
  before: string,
  after: string,
): { before: Part[]; after: Part[] } => {
  const [a, b] = [[...before], [...after]];
  if (a.length === b.length)
    return {
      before: partsOf(before, (index) => a[index] !== b[index]),
      after: partsOf(after, (index) => a[index] !== b[index]),
    };
  const start = shared(a, b);
  const end = shared(a.slice(start).toReversed(), b.slice(start).toReversed());
  const isBetween = (length: number) => (index: number) => index >= start && index < length - end;
  return {
    before: partsOf(before, isBetween(a.length)),
    after: partsOf(after, isBetween(b.length)),
  };
};

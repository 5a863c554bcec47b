/** The longest line, in characters, that is held in memory; a real one has under a thousand. */
const LONGEST_LINE = 1_048_576;

/**
 * The lines of a text that arrives in pieces. Throws for a line that has no end within reason: the file is of
 * another kind. (`node:readline` would take such a line whole, and hides errors of the file from its reader.)
 */
export async function* readLines(chunks: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = '';
  let isFirst = true;
  for await (const chunk of chunks) {
    // A byte order mark, as Windows programs write it, is no part of the first line.
    const lines = (rest + (isFirst ? chunk.replace(/^\uFEFF/, '') : chunk)).split('\n');
    isFirst = false;
    rest = lines.pop() ?? '';
    if (rest.length > LONGEST_LINE) throw new RangeError(`A line has more than ${LONGEST_LINE} characters`);
    yield* lines;
  }
  if (rest !== '') yield rest;
}

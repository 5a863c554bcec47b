/** The longest line in memory, in characters. A real line has under a thousand. */
const LONGEST_LINE = 1_048_576;

/**
 * The lines of a text that arrives in pieces. Throws for a line above the limit: the file is not an
 * import file. (`node:readline` would read such a line whole, and hides errors of the file from its
 * reader.)
 */
export async function* readLines(chunks: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = '';
  let isFirst = true;
  for await (const chunk of chunks) {
    // Removes the byte order mark that Windows programs write.
    const lines = (rest + (isFirst ? chunk.replace(/^\uFEFF/, '') : chunk)).split('\n');
    isFirst = false;
    rest = lines.pop() ?? '';
    if (rest.length > LONGEST_LINE)
      throw new RangeError(`A line has more than ${LONGEST_LINE} characters`);
    yield* lines;
  }
  if (rest !== '') yield rest;
}

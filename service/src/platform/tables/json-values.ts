import { REPLACEMENT } from './decode-chunks.ts';
import { TableFault } from './table.ts';

/** The longest value, in characters. A real record has under a thousand. */
const LONGEST = 1_048_576;

/**
 * A value of a JSON file, and the line where it begins; undefined: the text is not JSON. `item`:
 * its number in an array, from 1, whose elements may all be on one line.
 * `isDamaged`: it has U+FFFD, which stands for bytes that are not of the file's encoding.
 */
export type JsonValue = { line: number; item?: number; value: unknown; isDamaged: boolean };

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // JSON text never means undefined
  }
};

const valueAt = (line: number, text: string, value: unknown): JsonValue => ({
  line,
  value,
  isDamaged: text.includes(REPLACEMENT),
});

async function* linesOf(chunks: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of chunks) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > LONGEST)
      throw new TableFault('not-a-record', `A line has more than ${LONGEST} characters`);
    yield* lines;
  }
  if (rest !== '') yield rest;
}

/** How many more braces and brackets a line opens than it closes. A string ends on its line. */
const depthOf = (line: string): number => {
  const plain = line.replaceAll(/"(?:[^"\\]|\\.)*"/g, '');
  return plain.split(/[{[]/).length - plain.split(/[}\]]/).length;
};

/**
 * A value on each line, or values that begin on a line of their own and go on over indented ones.
 * A broken value ends where the next one begins.
 */
async function* lineValues(chunks: AsyncIterable<string>): AsyncGenerator<JsonValue> {
  let number = 0;
  let open: { line: number; text: string; depth: number } | undefined;
  for await (const line of linesOf(chunks)) {
    number += 1;
    if (open && (line.startsWith('{') || open.text.length > LONGEST)) {
      yield valueAt(open.line, open.text, undefined);
      open = undefined;
    }
    if (open) {
      open.text += `\n${line}`;
      open.depth += depthOf(line);
    } else {
      if (line.trim() === '') continue;
      const value = parsed(line);
      if (value !== undefined || depthOf(line) <= 0) {
        yield valueAt(number, line, value);
        continue;
      }
      open = { line: number, text: line, depth: depthOf(line) };
    }
    if (open.depth > 0) continue;
    yield valueAt(open.line, open.text, parsed(open.text));
    open = undefined;
  }
  if (open) yield valueAt(open.line, open.text, undefined);
}

/** What matters for the end of an element: strings, brackets, commas, line breaks. */
const TOKEN = /["\\[\]{},\n]/g;

/** The elements of an array, however it is written. */
async function* elements(chunks: AsyncIterable<string>): AsyncGenerator<JsonValue> {
  let line = 1;
  let text = '';
  let start = 0;
  let depth = 0;
  let isString = false;
  let isEscaped = false;
  let item = 0;
  const element = (): JsonValue[] => {
    if (text.trim() === '') return [];
    item += 1;
    const found = [{ ...valueAt(start || line, text, parsed(text)), item }];
    [text, start] = ['', 0];
    return found;
  };
  for await (const chunk of chunks) {
    let from = 0;
    const ready: JsonValue[] = [];
    const take = (until: number) => {
      text += chunk.slice(from, until);
      if (start === 0 && text.trim() !== '') start = line;
      from = until;
    };
    for (TOKEN.lastIndex = 0; ; ) {
      const token = TOKEN.exec(chunk);
      if (!token) break;
      const { index, 0: character } = token;
      if (isEscaped && index > 0 && chunk[index - 1] !== '\\') isEscaped = false;
      if (isString) {
        if (isEscaped) isEscaped = false;
        else if (character === '\\') isEscaped = true;
        else if (character === '"' || character === '\n') isString = false;
        if (character !== '\n') continue;
      }
      if (character === '\n') {
        take(index);
        line += 1;
      } else if (character === '"') isString = true;
      else if (character === '{' || character === '[') {
        depth += 1;
        if (depth > 1) continue;
        // The bracket of the array itself.
        take(index);
        [text, start, from] = ['', 0, index + 1];
      } else if (character === '}' || character === ']') {
        depth -= 1;
        if (depth > 0) continue;
        take(index);
        ready.push(...element());
        from = index + 1;
      } else if (character === ',' && depth === 1) {
        take(index);
        ready.push(...element());
        from = index + 1;
      }
    }
    take(chunk.length);
    if (text.length > LONGEST)
      throw new TableFault(
        'not-a-record',
        `An element of the array has over ${LONGEST} characters`,
      );
    yield* ready;
  }
  yield* element();
}

/**
 * The values of a JSON file that arrives in pieces: one on each line (NDJSON), one after the other
 * over several lines, or the elements of an array.
 */
export async function* jsonValues(chunks: AsyncIterable<string>): AsyncGenerator<JsonValue> {
  const source = chunks[Symbol.asyncIterator]();
  let start = '';
  while (start.trim() === '') {
    const { done, value } = await source.next();
    if (done) return;
    start += value;
  }
  const all = async function* () {
    yield start;
    yield* { [Symbol.asyncIterator]: () => source };
  };
  yield* start.trimStart().startsWith('[') ? elements(all()) : lineValues(all());
}

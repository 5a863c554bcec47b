import type { OltFacts } from '../../fields/ports/read-port-text.ts';
import type { Draft } from './candidate.ts';
import type { Line } from './decode.ts';

/** A source's reading of the lines: its devices, and the numbers of the used lines. */
export type SourceReading = { drafts: Draft[]; used: ReadonlySet<number> };

/**
 * A kind of text. The first source of the list whose `read` returns a reading reads the whole text.
 * A new source is a file in `sources/`, with its samples in `samples/`, and a line in
 * `sources/index.ts`.
 */
export type Source = {
  name: string;
  /** Undefined: the text is not of this kind. */
  read(lines: readonly Line[], olt: OltFacts): SourceReading | undefined;
};

/** Reads a table that has a device in each row. Undefined: no line is such a row. */
export const readRows = (
  lines: readonly Line[],
  readRow: (line: Line) => Draft | undefined,
): SourceReading | undefined => {
  const drafts: Draft[] = [];
  const used = new Set<number>();
  for (const line of lines) {
    const draft = readRow(line);
    if (!draft) continue;
    drafts.push(draft);
    used.add(line.number);
  }
  return drafts.length > 0 ? { drafts, used } : undefined;
};

/** A line of nothing but rulers, prompts or white space. */
export const isDecoration = (text: string): boolean => !/[\p{L}\p{N}]/u.test(text);

/** Name and value of a line: `Name : value`, `name = value`, `- Name: value`, or `name   value`. */
const NAMED =
  /^[\s>*•-]*(?<name>\p{L}[\p{L}\p{N} ._()/&#-]*?)\s*(?::=|\+=|[:=]|\s{2,})\s*(?<value>\S.*?)?\s*$/u;

export const namedValueOf = ({ text }: Line): { name: string; value: string } | undefined => {
  const groups = NAMED.exec(text)?.groups;
  return groups?.name === undefined ? undefined : { name: groups.name, value: groups.value ?? '' };
};

import type { OltFacts } from '../../fields/ports/read-port-text.ts';
import type { Draft } from './candidate.ts';
import type { Line } from './decode.ts';

/** A source's reading of the lines: its devices, and the numbers of the used lines. */
export type SourceReading = { drafts: Draft[]; used: ReadonlySet<number> };

/**
 * A kind of text. The first source of the list whose `read` returns a reading reads the whole text.
 * A new source is a file in `sources/`, with its samples in `test/device-text/`, and a line in
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

/**
 * Name and value: `Name : value`, `name = value`, `- Name: value`, `"name": "value",`, `[name] =>
 * value`, `(1) Name = value`, or `name   value`.
 */
const NAMED =
  /^[\s>*•|{-]*(?:\(\d{1,6}\)\s*)?["'“[]?(?<name>\p{L}[\p{L}\p{N} ._()/&#-]*?)["'”\]]?\s*(?<mark>:=|\+=|=>|[:=]|\t|\s{2,})\s*(?<value>\S.*?)?\s*$/u;

/** Where another name begins in a line: after two spaces, or after a separator. */
const NEXT_NAME =
  /(?:\s{2,}|[,;|]\s*)(?=["'“]?\p{L}[\p{L}\p{N}._()/#-]{0,30}(?: [\p{L}\p{N}._()/#-]{1,20}){0,3}["'”]?\s?[:=](?:\s|$))/gu;

/** No line of names and values is longer. */
const LONGEST_LINE = 2000;

export type NamedValue = {
  name: string;
  value: string;
  /** Whether a colon or an equals sign stands between them, not only spaces. */
  isAssigned: boolean;
};

const namedValueIn = (text: string): NamedValue | undefined => {
  const groups = NAMED.exec(text)?.groups;
  if (groups?.name === undefined) return undefined;
  const value = groups.value ?? '';
  return {
    name: groups.name,
    value: /^["'“]/.test(value) ? value.replace(/,$/, '') : value,
    isAssigned: /[:=]/.test(groups.mark ?? ''),
  };
};

/** The one name and value of a line. */
export const namedValueOf = ({ text }: Line): NamedValue | undefined =>
  text.length > LONGEST_LINE ? undefined : namedValueIn(text);

/** A part of a line: a name and its value, or words without a name. */
export type Part = { text: string; named: NamedValue | undefined };

/** The parts of a line: `sernum : X    equip-id : Y`, `SN: X, MAC: Y`. */
export const partsOf = ({ text }: Line): Part[] =>
  (text.length > LONGEST_LINE ? [text] : text.split(NEXT_NAME)).map((part) => ({
    text: part,
    named: text.length > LONGEST_LINE ? undefined : namedValueIn(part),
  }));

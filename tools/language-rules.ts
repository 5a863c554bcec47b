/**
 * Phrases that look translated, each with its plain English. Single words match whole words only.
 */
const PHRASES: ReadonlyMap<string, string> = new Map([
  ['can not', 'cannot'],
  ['by itself', 'automatically'],
  ['told of', 'reported, received'],
  ['told apart', 'distinguished'],
  ['the other one', 'its name'],
  ['looked for', 'searched'],
  ['what became of', 'the result of'],
  ['what came of', 'the result of'],
  ['at the most', 'at most'],
  ['made ahead', 'created in advance'],
  ['anew', 'again'],
  ['is had', 'exists'],
  ['to be had', 'available'],
  ['who has it open', 'who is viewing it'],
  ['lie in', 'are in'],
  ['under way', 'running, unsettled'],
  ['not known whether', 'unknown'],
  ['of a sudden', 'suddenly'],
]);

const LONGEST_COMMENT_LINE = 100;
/** Comment marks and line breaks between two words of a phrase. */
const GAP = String.raw`\s+(?:(?:\*|//|--)\s+)?`;

const patterns = [...PHRASES].map(
  ([phrase, plain]) =>
    [new RegExp(String.raw`\b${phrase.replaceAll(' ', GAP)}\b`, 'gi'), phrase, plain] as const,
);

const lineAt = (text: string, index: number): number => text.slice(0, index).split('\n').length;

/** A comment of its own line in TypeScript or SQL; a link cannot be wrapped. */
const isLongComment = (line: string): boolean =>
  line.length > LONGEST_COMMENT_LINE &&
  /^\s*(?:\/\*|\*|\/\/(?! biome-ignore)|--)/.test(line) &&
  !line.includes('://');

/** Banned phrases and comment lines that are too long, in the source text of a file. */
export const languageFaults = (file: string, text: string): string[] => [
  ...patterns.flatMap(([pattern, phrase, plain]) =>
    Array.from(
      text.matchAll(pattern),
      ({ index }) =>
        `${file}:${lineAt(text, index)}: "${phrase}": write "${plain}" or rewrite the sentence`,
    ),
  ),
  ...text
    .split('\n')
    .flatMap((line, index) =>
      isLongComment(line)
        ? [`${file}:${index + 1}: a comment of ${line.length} columns, at most 100`]
        : [],
    ),
];

import { languageFaults } from './language-rules.ts';

const COLUMNS = 100;
const FENCE = /^([ \t]*)```.*?^\1```/gms;
const SPAN = /`[^`\n]*`/g;

/** The same number of lines and columns, without a word. */
const blanked = (text: string): string => text.replaceAll(/[^\n]/g, ' ');

/** A table row or a link cannot be wrapped; code is blank. */
const canWrap = (line: string): boolean =>
  line.trim() !== '' && !/^\s*\||\]\(|https?:\/\//.test(line);

/** Lines of prose that are too long. */
const longLines = (file: string, text: string): string[] =>
  text
    .split('\n')
    .map((line, index) => ({ line, number: index + 1, columns: [...line].length }))
    .filter(({ line, columns }) => columns > COLUMNS && canWrap(line))
    .map(({ number, columns }) => `${file}:${number}: ${columns} columns, at most ${COLUMNS}`);

/** Banned phrases and long lines in the prose of a document; its code is not judged. */
export const documentFaults = (file: string, markdown: string): string[] => {
  const text = markdown.replaceAll(FENCE, blanked);
  return [...longLines(file, text), ...languageFaults(file, text.replaceAll(SPAN, blanked))];
};

/**
 * Text of another system that becomes evidence or that people read. The rules: which characters it
 * may have, how others are shown, and how text that only informs is cleaned.
 */
import { EVERY_UNSAFE, hasUnsafeCharacter, isBlank, withoutHidden } from './fields/characters.ts';

/** Longest reference of NIG, refusal code and refusal message, in characters. */
export const LONGEST_REFERENCE = 200;
export const LONGEST_REFUSAL_CODE = 200;
export const LONGEST_REFUSAL_MESSAGE = 2000;

const LINE_BREAKS_AND_TABS = /[\t\n\v\f\r\u0085\u2028\u2029]+/gu;

/** Whether text can be evidence: 1 to 200 characters, all safe, at least one visible. */
export const isReference = (text: string): boolean =>
  !isBlank(text) && !hasUnsafeCharacter(text) && [...text].length <= LONGEST_REFERENCE;

/** At most `longest` characters; longer text ends with an ellipsis. */
export const cutText = (text: string, longest: number): string => {
  // A character has at most two code units, so the rest need not be split.
  const characters = [...text.slice(0, 2 * longest + 2)];
  return characters.length <= longest ? text : `${characters.slice(0, longest - 1).join('')}…`;
};

/** Text for people, with each unsafe character as its number: `a\u{0}b`. A backslash is doubled. */
export const escapeText = (text: string, longest: number): string =>
  cutText(
    cutText(text, longest)
      .replaceAll('\\', '\\\\')
      .replaceAll(EVERY_UNSAFE, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`),
    longest,
  );

/**
 * Text that only informs, cut. Line breaks become spaces, other unsafe characters U+FFFD. Invisible
 * characters are left out.
 */
export const cleanText = (text: string, longest: number): string =>
  withoutHidden(
    cutText(text, longest).replaceAll(LINE_BREAKS_AND_TABS, ' ').replaceAll(EVERY_UNSAFE, '\ufffd'),
  );

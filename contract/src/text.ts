import * as z from 'zod';
import { hasUnsafeCharacter, isBlank } from './characters.ts';

/**
 * C0 and C1 control characters, the line separators and lone surrogates: PostgreSQL can not keep NUL,
 * RFC 8785 can not hash a lone surrogate, and no log line or screen should carry the rest.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is what it is for
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;

/** Whether text has a character that has no place in a record. */
export const hasControlCharacter = (text: string): boolean => CONTROL.test(text) || !text.isWellFormed();

/** Text of several lines as one: line breaks and tabs have their place in a reason. */
export const inOneLine = (text: string): string => text.replaceAll(/[\n\r\t]/g, ' ');

/** Longest reason that people give, in characters. */
export const LONGEST_REASON = 500;

/** Why a person decides something; in the history, the log or the row that it leads to. */
export const reasonSchema = z
  .string()
  .max(LONGEST_REASON)
  .refine(
    (text) => !hasUnsafeCharacter(inOneLine(text)),
    'Leave out control characters and those that change the direction of text',
  )
  .refine((text) => !isBlank(text), 'Give a reason that can be read')
  .transform((text) => text.trim())
  .describe('Why this is known: who said so, what was looked at');

/** Text in a URL: no control characters, at most `longest` characters. */
export const plainText = (longest: number) =>
  z
    .string()
    .max(longest)
    .refine((text) => !hasControlCharacter(text), 'Leave out control characters');

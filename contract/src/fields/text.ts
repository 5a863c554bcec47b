import * as z from 'zod';
import { hasControlCharacter, hasUnsafeCharacter, isBlank, withoutHidden } from './characters.ts';

/** Text on one line: a reason may have line breaks and tabs. */
export const inOneLine = (text: string): string => text.replaceAll(/[\n\r\t]/g, ' ');

/** Longest reason, in characters. */
export const LONGEST_REASON = 500;

/** Why a person decides something. The history, the log or the row of the decision keeps it. */
export const reasonSchema = z
  .string()
  .max(LONGEST_REASON)
  .refine(
    (text) => !hasUnsafeCharacter(inOneLine(text)),
    'Leave out control characters and those that change the direction of text',
  )
  .refine((text) => !isBlank(text), 'Give a reason that can be read')
  .transform((text) => withoutHidden(text).trim())
  .describe('Why this is known: who said so, what was looked at');

/** Text in a URL: no control characters, at most `longest` characters. */
export const plainText = (longest: number) =>
  z
    .string()
    .max(longest)
    .refine((text) => !hasControlCharacter(text), 'Leave out control characters');

import * as z from 'zod';
import { hasControlCharacter, hasUnsafeCharacter, isBlank } from './characters.ts';

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

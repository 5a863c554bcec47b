import { escapeText, hasUnsafeCharacter } from '@cpe-desk/contract';

const LONGEST = 2000;

const storable = (_: string, value: unknown): unknown =>
  typeof value === 'string' && hasUnsafeCharacter(value) ? escapeText(value, LONGEST) : value;

/**
 * JSON that PostgreSQL always accepts, whatever text another system sent: jsonb has no NUL and no
 * lone surrogate, so unsafe characters are shown as numbers.
 */
export const storableJson = (value: unknown): string => JSON.stringify(value, storable);

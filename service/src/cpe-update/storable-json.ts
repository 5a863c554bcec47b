import { escapeText, hasUnsafeCharacter } from '@cpe-desk/contract';

const LONGEST = 2000;

const storable = (_: string, value: unknown): unknown =>
  typeof value === 'string' && hasUnsafeCharacter(value) ? escapeText(value, LONGEST) : value;

/**
 * JSON that PostgreSQL always takes (its jsonb holds no NUL and no lone surrogate), whatever text came
 * from elsewhere: unsafe characters are shown as numbers.
 */
export const storableJson = (value: unknown): string => JSON.stringify(value, storable);

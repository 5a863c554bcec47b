import type { Failure } from '@cpe-desk/contract';
import { z } from 'zod';

const cursorSchema = z.tuple([z.string(), z.string().max(255), z.string().max(255)]);

/** An opaque cursor: the end of a page of `order`. */
export const writeCursor = (order: string, [key, id]: [key: string, id: string]): string =>
  Buffer.from(JSON.stringify([order, key, id])).toString('base64url');

const parse = (text: string): unknown => {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString());
  } catch {
    return undefined; // not JSON, so not a cursor of the desk
  }
};

const TIME =
  /^(?!0000)(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.\d{1,6})?[+-](?:0\d|1[0-5])(?::[0-5]\d)?$/;

/**
 * Whether this is a time as PostgreSQL writes it. PostgreSQL accepts no year 0 and no 30th of
 * February.
 */
const isTime = (text: string): boolean => {
  const [, day = '', time] = TIME.exec(text) ?? [];
  const at = new Date(`${day}T${time}Z`);
  // JavaScript reads the 30th of February as the 2nd of March.
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(day);
};

/** The end of the previous page; undefined for a cursor of another order. */
export const readCursor = (text: string, order: string): [key: string, id: string] | undefined => {
  const parsed = cursorSchema.safeParse(parse(text));
  if (!parsed.success || parsed.data[0] !== order) return undefined;
  const [, key, id] = parsed.data;
  const isKey = order.endsWith('openedAt') ? isTime(key) : !key.includes('\0');
  return isKey && !id.includes('\0') ? [key, id] : undefined;
};

const DETAIL = 'Give the nextCursor of the previous page';

/** The failure of an invalid cursor. */
export const notACursor: Failure = {
  code: 'malformed-request',
  detail: DETAIL,
  errors: [{ pointer: '/cursor', code: 'not-a-cursor', detail: DETAIL }],
};

/** A value from outside that is not what it should be. Thrown by parsers, answered as 400 at the one place that catches it. */
export class Unacceptable extends Error {}

const refuse = (at: string, wanted: string): never => {
  throw new Unacceptable(`${at} must be ${wanted}`);
};

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const anObject = (value: unknown, at: string): Record<string, unknown> =>
  isObject(value) ? value : refuse(at, 'an object');

export const aString = (value: unknown, at: string): string =>
  typeof value === 'string' ? value : refuse(at, 'a string');

export const someText = (value: unknown, at: string): string =>
  typeof value === 'string' && value.trim() !== '' ? value : refuse(at, 'a string that is not blank');

export const aNumber = (value: unknown, at: string, least: number, most: number): number =>
  typeof value === 'number' && value >= least && value <= most
    ? value
    : refuse(at, `a number from ${least} to ${most}`);

export const aWholeNumber = (value: unknown, at: string, least: number, most: number): number =>
  Number.isInteger(value)
    ? aNumber(value, at, least, most)
    : refuse(at, `a whole number from ${least} to ${most}`);

const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;

export const aTime = (value: unknown, at: string): string =>
  typeof value === 'string' && TIME.test(value) && !Number.isNaN(Date.parse(value))
    ? value
    : refuse(at, 'an RFC 3339 time');

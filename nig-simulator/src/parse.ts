/**
 * An outside value that breaks the contract. Parsers throw it; one place catches it and answers
 * 400.
 */
export class InvalidValue extends Error {}

const refuse = (at: string, wanted: string): never => {
  throw new InvalidValue(`${at} must be ${wanted}`);
};

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const parseObject = (value: unknown, at: string): Record<string, unknown> =>
  isObject(value) ? value : refuse(at, 'an object');

export const parseString = (value: unknown, at: string): string =>
  typeof value === 'string' ? value : refuse(at, 'a string');

export const parseText = (value: unknown, at: string): string =>
  typeof value === 'string' && value.trim() !== '' ? value : refuse(at, 'a string that is not blank');

export const parseNumber = (value: unknown, at: string, least: number, most: number): number =>
  typeof value === 'number' && value >= least && value <= most
    ? value
    : refuse(at, `a number from ${least} to ${most}`);

export const parseWholeNumber = (value: unknown, at: string, least: number, most: number): number =>
  Number.isInteger(value)
    ? parseNumber(value, at, least, most)
    : refuse(at, `a whole number from ${least} to ${most}`);

const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;

export const parseTime = (value: unknown, at: string): string =>
  typeof value === 'string' && TIME.test(value) && !Number.isNaN(Date.parse(value))
    ? value
    : refuse(at, 'an RFC 3339 time');

import { z } from 'zod';

/**
 * An outside value that breaks the contract. `parse` throws it; one place catches it and answers
 * 400.
 */
export class InvalidValue extends Error {}

/** Parses an outside value. The message of each schema states what its value must be. */
export const parse = <Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  at = 'the body',
): z.output<Schema> => {
  const { success, data, error } = schema.safeParse(value);
  if (success) return data;
  const [issue] = error.issues;
  throw new InvalidValue(`${issue?.path.join('.') || at} must be ${issue?.message}`);
};

export const object = <Shape extends z.core.$ZodLooseShape>(shape: Shape) =>
  z.object(shape, 'an object');

export const string = z.string('a string');
const NOT_BLANK = 'a string that is not blank';
export const filledString = z.string(NOT_BLANK).regex(/\S/, NOT_BLANK);

export const numberWithin = (least: number, most: number) => {
  const wanted = `a number from ${least} to ${most}`;
  return z.number(wanted).min(least, wanted).max(most, wanted);
};

export const wholeNumberWithin = (least: number, most: number) => {
  const wanted = `a whole number from ${least} to ${most}`;
  return z.int(wanted).min(least, wanted).max(most, wanted);
};

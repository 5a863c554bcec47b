import { z } from 'zod';
import { isLoopback } from '../platform/http/loopback.ts';

/** A setting with a default value. */
export const usually = <Schema extends z.ZodType>(
  usual: z.input<Schema> & string,
  schema: Schema,
  description: string,
) => without(usual, schema.prefault(usual), description);

/** A setting without a default value; `usual` describes what applies instead. */
export const without = <Schema extends z.ZodType>(
  usual: string,
  schema: Schema,
  description: string,
) => schema.meta({ usual, description });

export const text = z.string().min(1);
export const whole = (least: number, most = Number.MAX_SAFE_INTEGER) =>
  z.coerce.number().int().min(least).max(most);
export const port = whole(1, 65_535);
export const httpUrl = z.url({ protocol: /^https?$/ });

const commaSeparated = z.string().transform((items) =>
  items
    .trim()
    .split(/\s*,\s*/)
    .filter(Boolean),
);
export const listOf = <Item extends z.ZodType<unknown, string>>(item: Item) =>
  commaSeparated.pipe(z.array(item));

/** The values of a group of settings. */
export type ValuesOf<Settings extends z.ZodRawShape> = z.infer<z.ZodObject<Settings>>;

/** A conflict between settings that are each valid, where there is one: `NAME: what to do`. */
export type Conflict = string | false | undefined;

/** Whether what is sent to the address can be read on its way to another machine. */
export const isOpen = (url: string) =>
  url.startsWith('http:') && !isLoopback(new URL(url).hostname);

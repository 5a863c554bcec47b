import * as z from 'zod';
import { hasUnsafeCharacter, isBlank } from './fields/characters.ts';

/** Most views of a person. */
export const MOST_VIEWS = 50;
export const LONGEST_VIEW_NAME = 60;

const valueSchema = z.string().max(200);

/** Filters of the ticket list, by the names of its query: one value, or several. */
export const viewQuerySchema = z
  .record(
    z.string().regex(/^[A-Za-z]{1,40}$/),
    z.union([valueSchema, z.array(valueSchema).max(20)]),
  )
  .refine((query) => Object.keys(query).length <= 20, 'Give at most 20 filters');

/** The body of `PUT /ticket/ctt/views`. */
export const savedViewRequestSchema = z
  .strictObject({
    name: z
      .string()
      .max(LONGEST_VIEW_NAME)
      .refine((text) => !hasUnsafeCharacter(text) && !isBlank(text), 'Give a name that can be read')
      .transform((text) => text.trim()),
    query: viewQuerySchema,
  })
  .meta({ id: 'SavedViewRequest' });
export type SavedViewRequest = z.infer<typeof savedViewRequestSchema>;

/** Filters of the ticket list under a name. */
export const savedViewSchema = z
  .object({ id: z.string(), name: z.string(), query: viewQuerySchema, savedAt: z.iso.datetime() })
  .meta({ id: 'SavedView' });
export type SavedView = z.infer<typeof savedViewSchema>;

/** A person's own views, by name. */
export const savedViewListSchema = z
  .object({ items: z.array(savedViewSchema) })
  .meta({ id: 'SavedViewList' });

import * as z from 'zod';
import { actorSchema } from './actor.ts';
import { reasonSchema } from './fields/text.ts';

/** The body of `PUT /policy/hold`. */
export const holdRequestSchema = z
  .discriminatedUnion('held', [
    z.strictObject({
      held: z.literal(true),
      reason: reasonSchema.describe('Why updates are held'),
    }),
    z.strictObject({
      held: z.literal(false),
      reason: reasonSchema.nullish().describe('Why updates are released'),
    }),
  ])
  .meta({ id: 'HoldRequest' });
export type HoldRequest = z.infer<typeof holdRequestSchema>;

/** Whether updates are held, on all instances at once. */
export const holdSchema = z
  .object({
    held: z.boolean(),
    reason: z.string().nullable(),
    by: actorSchema.nullable().describe('Who held or released updates last; null: nobody yet'),
    at: z.iso.datetime(),
    everywhere: z.boolean().describe('False while an instance of a release without holds may run'),
  })
  .meta({ id: 'Hold' });
export type Hold = z.infer<typeof holdSchema>;

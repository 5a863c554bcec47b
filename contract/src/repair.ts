import * as z from 'zod';
import { actorSchema } from './actor.ts';
import { lineIdsSchema } from './incident.ts';
import { reasonSchema } from './text.ts';

/** Whose values a repair keeps: NIG's, or those that the desk has recorded. */
export const repairTakes = ['nig', 'desk'] as const;
export type RepairTake = (typeof repairTakes)[number];

/** What an update and its history entry say of the repair that made them. */
export const repairNoteSchema = z
  .object({ repairId: z.string(), take: z.enum(repairTakes) })
  .meta({ id: 'RepairNote' });
export type RepairNote = z.infer<typeof repairNoteSchema>;

/** The body of `POST /ticket/ctt/cpe/drift/repair`. */
export const repairRequestSchema = z
  .strictObject({ lines: lineIdsSchema, take: z.enum(repairTakes), reason: reasonSchema })
  .meta({ id: 'RepairRequest' });
export type RepairRequest = z.infer<typeof repairRequestSchema>;

/**
 * The outcome of a line. `no-difference`: the desk and NIG are equal already, or the line was never
 * updated and NIG does not know it. `nothing-to-take`: NIG holds nothing for the line.
 * `shared-value`: two lines hold a value; decide such lines one by one, in repairs of one line. The
 * others are the codes of problems.
 */
export const repairVerdicts = [
  'repaired',
  'no-difference',
  'nothing-to-take',
  'shared-value',
  'nig-differs',
  'ctt-not-found',
  'invalid-cpe',
  'no-network-context',
  'update-in-progress',
  'value-in-use',
  'nig-rejected',
  'nig-unavailable',
  'nig-outcome-unknown',
  'unavailable',
] as const;
export type RepairVerdict = (typeof repairVerdicts)[number];

/** A repair and what came of each line so far. */
export const repairSchema = z
  .object({
    repairId: z.string(),
    take: z.enum(repairTakes),
    reason: z.string(),
    by: actorSchema,
    requestedAt: z.iso.datetime(),
    isDone: z.boolean(),
    items: z.array(
      z.object({
        serviceLineId: z.string(),
        verdict: z.enum(repairVerdicts).nullable().describe('Null: not done yet'),
        detail: z.string().nullable(),
        updateId: z.string().nullable(),
      }),
    ),
  })
  .meta({ id: 'Repair' });
export type Repair = z.infer<typeof repairSchema>;

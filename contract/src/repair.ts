import * as z from 'zod';
import { actorSchema } from './actor.ts';
import { reasonSchema } from './fields/text.ts';
import { lineIdsSchema } from './incident.ts';

/** Whose values a repair keeps: those of NIG, or those that the desk recorded. */
export const repairTakes = ['nig', 'desk'] as const;
export type RepairTake = (typeof repairTakes)[number];

/** The repair that made an update, as the update and its history entry name it. */
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
 * The outcome of a line. The verdicts that are not listed here are codes of problems.
 * - `no-difference`: the desk and NIG are equal, or the line was never updated and NIG does not
 *   know it.
 * - `nothing-to-take`: NIG holds no CPE for the line.
 * - `shared-value`: two lines hold the same value. Repair such lines one at a time.
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

/** A repair with the outcome of each line so far. */
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

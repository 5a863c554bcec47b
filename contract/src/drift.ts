import * as z from 'zod';
import { cpeSchema } from './cpe.ts';

/** Who holds a copy of a line's CPE besides the desk. */
export const driftHolders = ['corp-data', 'nig'] as const;
export type DriftHolder = (typeof driftHolders)[number];

export const driftSchema = z
  .object({
    serviceLineId: z.string(),
    customer: z.string(),
    /** The line's newest ticket, from which an operator can work. */
    ticket: z.object({ id: z.string(), ticketNo: z.string() }).nullable(),
    holder: z.enum(driftHolders),
    foundAt: z.iso.datetime(),
    seenAt: z.iso.datetime().describe('When it was last found'),
    repairedAt: z.iso
      .datetime()
      .nullable()
      .describe('Only the corp-data record is repaired automatically'),
    fields: z
      .array(z.string())
      .describe('CPE fields; `line`: customer, segment group or technology; `record`: all'),
    recorded: cpeSchema,
    held: cpeSchema.nullable().describe('Null where the holder has no CPE for the line'),
  })
  .meta({
    id: 'Drift',
    description: 'A line whose recorded CPE differs from the CPE that corp-data or NIG holds',
  });
export type Drift = z.infer<typeof driftSchema>;

export const driftListSchema = z
  .object({
    lastPass: z
      .object({
        startedAt: z.iso.datetime(),
        endedAt: z.iso.datetime().nullable().describe('Null while it runs'),
        compared: z.int(),
        skipped: z.int().describe('Lines with an unsettled update'),
        unanswered: z.int().describe('Lines for which NIG did not answer its CPE'),
        repaired: z.int(),
        drifted: z.int(),
      })
      .nullable(),
    items: z.array(driftSchema),
  })
  .meta({ id: 'DriftList' });
export type DriftList = z.infer<typeof driftListSchema>;

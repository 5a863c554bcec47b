import * as z from 'zod';
import { actorSchema } from './actor.ts';
import { cpeSchema, nigSeenSchema } from './cpe.ts';
import { isReference } from './evidence-text.ts';
import { reasonSchema } from './text.ts';

/** What a person can say became of an update that nobody else can tell. */
export const settlementOutcomes = ['accepted', 'rejected'] as const;
export type SettlementOutcome = (typeof settlementOutcomes)[number];

/** The body of `POST /ticket/ctt/cpe/updates/:updateId/settle`. */
export const settlementRequestSchema = z
  .discriminatedUnion('outcome', [
    z.strictObject({
      outcome: z.literal('accepted'),
      nigReference: z
        .string()
        .transform((text) => text.trim())
        .refine(isReference, 'Give 1 to 200 characters, none of them a control or bidirectional one')
        .describe("NIG's reference of the update, as it goes into the history"),
      reason: reasonSchema,
    }),
    z.strictObject({ outcome: z.literal('rejected'), reason: reasonSchema }),
  ])
  .meta({ id: 'SettlementRequest' });
export type SettlementRequest = z.infer<typeof settlementRequestSchema>;

/** The body of `POST /ticket/ctt/cpe/updates/:updateId/revert`. */
export const revertRequestSchema = z
  .strictObject({ reason: reasonSchema, nigSeen: nigSeenSchema })
  .meta({ id: 'RevertRequest' });
export type RevertRequest = z.infer<typeof revertRequestSchema>;

/** How a person settled an update; part of the history entry. */
export const settlementSchema = z
  .object({
    outcome: z.enum(settlementOutcomes),
    by: actorSchema,
    reason: z.string(),
    at: z.iso.datetime(),
  })
  .meta({ id: 'Settlement' });
export type Settlement = z.infer<typeof settlementSchema>;

/** What NIG holds for a line, compared with the two sides of an update. */
const heldSides = ['after', 'before', 'other', 'nothing', 'unknown'] as const;

/** Why an update needs a person, and what NIG held for its line at that moment. */
export const attentionSchema = z
  .object({
    reason: z.string(),
    at: z.iso.datetime(),
    holds: z.enum(heldSides),
    cpe: cpeSchema.nullable().describe('What NIG held then; null where it held nothing or did not say'),
  })
  .meta({ id: 'Attention', description: 'Why an update needs a person, and what NIG held then' });
export type Attention = z.infer<typeof attentionSchema>;

/** What NIG says when it is asked now. `holds` compares its CPE with the update's two sides. */
export const nigViewSchema = z
  .object({
    update: z.enum(['accepted', 'rejected', 'never-got-it', 'unknown']),
    why: z.string().nullable(),
    cpe: cpeSchema.nullable(),
    holds: z.enum(heldSides),
  })
  .meta({ id: 'NigView', description: 'What NIG says of an update and of its line, asked just now' });
export type NigView = z.infer<typeof nigViewSchema>;

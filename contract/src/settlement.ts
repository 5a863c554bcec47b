import * as z from 'zod';
import { actorSchema } from './actor.ts';
import { cpeSchema, nigSeenSchema } from './cpe.ts';
import { isReference } from './evidence-text.ts';
import { withoutHidden } from './fields/characters.ts';
import { reasonSchema } from './fields/text.ts';

/** The outcomes that a person can choose for an update whose outcome is unknown. */
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
        .refine(
          isReference,
          'Give 1 to 200 characters, without control or bidirectional characters',
        )
        .transform((text) => withoutHidden(text))
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

/** The CPE that NIG holds for a line, compared with the values before and after an update. */
const heldSides = ['after', 'before', 'other', 'nothing', 'unknown'] as const;

/** Why an update needs a person, and the CPE that NIG held for its line at that moment. */
export const attentionSchema = z
  .object({
    reason: z.string(),
    at: z.iso.datetime(),
    holds: z.enum(heldSides),
    cpe: cpeSchema
      .nullable()
      .describe('The CPE that NIG held; null where it held none or did not answer'),
  })
  .meta({
    id: 'Attention',
    description: 'Why an update needs a person, and the CPE that NIG held at that time',
  });
export type Attention = z.infer<typeof attentionSchema>;

/** NIG's answer now. `holds` compares its CPE with the values before and after the update. */
export const nigViewSchema = z
  .object({
    update: z.enum(['accepted', 'rejected', 'never-got-it', 'unknown']),
    why: z.string().nullable(),
    cpe: cpeSchema.nullable(),
    holds: z.enum(heldSides),
  })
  .meta({ id: 'NigView', description: 'What NIG answers now about an update and its line' });
export type NigView = z.infer<typeof nigViewSchema>;

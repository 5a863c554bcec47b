import * as z from 'zod';
import { actorSchema } from './actor.ts';
import {
  type Cpe,
  cpeFieldSchema,
  cpeInputSchema,
  cpeSchema,
  nigSeenSchema,
  versionedCpeSchema,
} from './cpe.ts';
import { cpeUpdateStates } from './cpe-update-state.ts';
import { LONGEST_REASON } from './fields/text.ts';
import { bulkRowRefSchema, historyEntrySchema } from './history.ts';
import { nigRequestPreviewSchema } from './nig.ts';
import { findingSchema } from './problem.ts';
import { repairNoteSchema } from './repair.ts';
import { attentionSchema, settlementSchema } from './settlement.ts';
import { corpDataSchema, networkElementSchema } from './ticket.ts';

export const cpeUpdateKinds = ['refresh', 'correction', 'swap'] as const;
export type CpeUpdateKind = (typeof cpeUpdateKinds)[number];
export const cpeUpdateKindSchema = z.enum(cpeUpdateKinds);

/**
 * A device's serial number is fixed for life (TR-098), so a change from one serial number to
 * another is a swap. A serial number that becomes known or is removed names no second device: that
 * is a correction.
 */
export const kindOfUpdate = (
  before: Cpe,
  changed: readonly string[],
  after: Cpe,
): CpeUpdateKind => {
  if (changed.length === 0) return 'refresh';
  const swapped =
    changed.includes('serialNumber') && before.serialNumber !== null && after.serialNumber !== null;
  return swapped ? 'swap' : 'correction';
};

export const cpeUpdateRequestSchema = z
  .strictObject({
    current: cpeInputSchema,
    new: cpeInputSchema,
    nigSeen: nigSeenSchema,
    reason: z
      .string()
      .nullish()
      .transform((text) => text?.trim() || null)
      .describe(`Why, at most ${LONGEST_REASON} characters`),
  })
  .meta({ id: 'CpeUpdateRequest' });
export type CpeUpdateRequest = z.infer<typeof cpeUpdateRequestSchema>;

/** `Idempotency-Key`: 1 to 255 printable ASCII characters. */
export const idempotencyKeySchema = z
  .string()
  .regex(/^[\x21-\x7e](?:[\x20-\x7e]{0,253}[\x21-\x7e])?$/);

/** What is sent to NIG for an update (NIG's wire contract). */
export const nigPayloadSchema = z
  .object({
    serviceLineId: z.string(),
    ticketNo: z.string(),
    current: cpeSchema,
    new: cpeSchema,
    actor: actorSchema,
    requestedAt: z.iso.datetime(),
  })
  .meta({ id: 'NigPayload', description: 'The body of PUT {NIG_URL}/cpe-updates/{updateId}' });
export type NigPayload = z.infer<typeof nigPayloadSchema>;

export const cpeUpdateAnswerSchema = z
  .object({
    updateId: z.string(),
    kind: cpeUpdateKindSchema,
    cttId: z.string(),
    ticketNo: z.string(),
    cpe: versionedCpeSchema,
    networkElements: z.array(networkElementSchema),
    corpData: corpDataSchema,
    history: historyEntrySchema,
    nig: z.object({ reference: z.string() }),
    warnings: z.array(findingSchema),
  })
  .meta({ id: 'CpeUpdateAnswer', description: 'The line after the update was applied' });
export type CpeUpdateAnswer = z.infer<typeof cpeUpdateAnswerSchema>;

export const cpePreviewSchema = z
  .object({
    kind: cpeUpdateKindSchema,
    changed: z.array(cpeFieldSchema),
    before: cpeSchema,
    after: cpeSchema,
    warnings: z.array(findingSchema),
    nigPayload: nigPayloadSchema,
    // An instance of the release before does not answer it.
    nigRequest: nigRequestPreviewSchema.nullable().default(null),
  })
  .meta({
    id: 'CpePreview',
    description: 'What an update would do. The desk recorded and sent nothing',
  });
export type CpePreview = z.infer<typeof cpePreviewSchema>;

export const nigAttemptSchema = z
  .object({
    call: z.enum(['send', 'look-up']),
    at: z.iso.datetime(),
    ms: z.int().describe('How long NIG took, ms'),
    outcome: z.enum(['accepted', 'rejected', 'unavailable', 'unknown', 'never-got-it']),
    detail: z
      .string()
      .nullable()
      .describe("NIG's reference, its refusal, or why it did not answer"),
    // Attempts before release 0.2.0 lack these.
    status: z.int().nullable().default(null).describe("NIG's HTTP status; null: no answer"),
    rule: z
      .string()
      .nullable()
      .default(null)
      .describe("The rule of the adapter or profile that matched NIG's answer; null: none"),
    unmatched: z
      .string()
      .nullable()
      .default(null)
      .describe('The first 500 characters of an answer that no rule matched'),
  })
  .meta({ id: 'NigAttempt', description: 'One call to NIG about an update, and its outcome' });
export type NigAttempt = z.infer<typeof nigAttemptSchema>;

export const cpeUpdateSchema = z
  .object({
    updateId: z.string(),
    state: z.enum(cpeUpdateStates),
    kind: cpeUpdateKindSchema,
    cttId: z.string(),
    ticketNo: z.string(),
    serviceLineId: z.string(),
    changed: z.array(cpeFieldSchema),
    before: cpeSchema,
    after: cpeSchema,
    reason: z.string().nullable(),
    requestedAt: z.iso.datetime(),
    requestId: z
      .string()
      .nullable()
      // An instance of the release before does not answer it.
      .default(null)
      .describe(
        '`x-request-id` of the request that recorded it, also sent to NIG; null for old updates',
      ),
    by: actorSchema,
    settledAt: z.iso.datetime().nullable(),
    nig: z.object({
      reference: z.string().nullable(),
      code: z.string().nullable(),
      message: z.string().nullable(),
      handle: z
        .string()
        .nullable()
        // An instance of the release before does not answer it.
        .default(null)
        .describe('By which NIG is asked for the outcome, such as the address of a monitor'),
    }),
    warnings: z.array(findingSchema),
    asked: z.int().describe('How often the desk asked NIG for the outcome'),
    attempts: z.array(nigAttemptSchema).describe('Every call to NIG about it, oldest first'),
    // An instance of an earlier release, beside this one during an upgrade, answers without it.
    attention: attentionSchema
      .nullable()
      .default(null)
      .describe('Why it needs or needed a person; null where it never did'),
    repair: repairNoteSchema.optional().describe('Only where a repair made the update'),
    bulk: bulkRowRefSchema.optional().describe('Only where a row of a bulk made the update'),
    settlement: settlementSchema.nullable().describe('Null where no person settled it'),
  })
  .meta({ id: 'CpeUpdate', description: 'One request to change a CPE, and its outcome' });
export type CpeUpdate = z.infer<typeof cpeUpdateSchema>;

const attentionUpdateSchema = cpeUpdateSchema
  // An instance of the release before does not answer the customer.
  .extend({ customer: z.string().nullable().default(null) })
  .meta({ id: 'AttentionUpdate', description: 'An update that a person has to settle' });

/** Updates that a person has to settle, the oldest first. */
export const attentionListSchema = z
  .object({
    items: z.array(attentionUpdateSchema),
  })
  .meta({ id: 'AttentionList' });
export type AttentionList = z.infer<typeof attentionListSchema>;

import * as z from 'zod';
import { actorSchema } from './actor.ts';
import { cpeFieldSchema, cpeSchema } from './cpe.ts';
import { plainText } from './fields/text.ts';
import { repairNoteSchema } from './repair.ts';
import { settlementSchema } from './settlement.ts';
import { pageLimit } from './ticket.ts';

/** Records of the chain of signed anchors. */
export const anchorKinds = ['anchor', 'restore'] as const;
export type AnchorKind = (typeof anchorKinds)[number];

/** The row of a bulk that made an update, as the update and its history entry name it. */
export const bulkRowRefSchema = z
  .object({
    id: z.string().describe('The bulk'),
    row: z.int().describe('Row of its file, from 1'),
    name: z.string().describe('Name of the bulk'),
  })
  .meta({ id: 'BulkRowRef' });
export type BulkRowRef = z.infer<typeof bulkRowRefSchema>;

/** The immutable record of one applied update. `actor.name` is frozen as it was then. */
export const historyEntrySchema = z
  .object({
    id: z.string(),
    sequence: z.int().describe('Position on its service line, from 1'),
    at: z.iso.datetime(),
    updateId: z.string(),
    serviceLineId: z.string(),
    cttId: z.string(),
    ticketNo: z.string(),
    kind: z.enum(['refresh', 'correction', 'swap']),
    actor: actorSchema,
    changed: z.array(cpeFieldSchema),
    before: cpeSchema,
    after: cpeSchema,
    reason: z.string().nullable(),
    nigReference: z.string(),
    settlement: settlementSchema.nullable().describe('Null where NIG gave the outcome'),
    repair: repairNoteSchema.optional().describe('Only where a repair made the update'),
    bulk: bulkRowRefSchema.optional().describe('Only where a row of a bulk made the update'),
    rules: z.string().describe('Version of the eligibility rules that allowed it'),
    previousHash: z.string().nullable(),
    hash: z.string().describe('SHA-256 of the previous hash and the RFC 8785 form of this entry'),
  })
  .meta({ id: 'HistoryEntry' });
export type HistoryEntry = z.infer<typeof historyEntrySchema>;

export const historyPageSchema = z
  .object({
    serviceLineId: z.string(),
    // An instance of the release before does not answer it.
    customer: z.string().nullable().default(null),
    items: z.array(historyEntrySchema),
    requestIds: z
      .record(z.string(), z.string())
      // A desk of the previous release does not answer it.
      .default({})
      .describe(
        'By updateId: the request that asked for it, as in the logs of the desk and NIG; of a repair its id. Beside the entries, because a hash covers all of an entry',
      ),
    nextCursor: z.string().nullable(),
  })
  .meta({ id: 'HistoryPage' });
export type HistoryPage = z.infer<typeof historyPageSchema>;

const moment = z.iso.datetime({ offset: true });

export const historyQuerySchema = z.strictObject({
  cursor: plainText(200).optional(),
  limit: pageLimit(50),
  field: cpeFieldSchema.optional().describe('Only entries that changed this field'),
  by: plainText(100).optional().describe('Only entries of people with this in their name'),
  from: moment.optional().describe('Only entries from this time on'),
  to: moment.optional().describe('Only entries before this time'),
});
export type HistoryQuery = z.infer<typeof historyQuerySchema>;

/** The result of verifying a line's history, with the first entry that does not fit. */
export const chainVerdictSchema = z
  .object({
    serviceLineId: z.string(),
    isIntact: z.boolean(),
    entries: z.int(),
    head: z.string().nullable().describe('Hash of the last entry'),
    fault: z.object({ sequence: z.int(), detail: z.string() }).nullable(),
    notes: z
      .array(z.object({ sequence: z.int(), detail: z.string() }))
      // A desk of the previous release does not answer it.
      .default([])
      .describe(
        'Oddities that are no fault, such as an earlier time recorded before the desk prevented it',
      ),
    anchoredAt: z.iso
      .datetime()
      .nullable()
      // An instance of the release before does not answer it.
      .default(null)
      .describe('When the newest anchor of all histories was written; null: none yet'),
  })
  .meta({ id: 'ChainVerdict' });
export type ChainVerdict = z.infer<typeof chainVerdictSchema>;

/** One line's history with its proof. `signature` covers the RFC 8785 form of all other members. */
export const evidenceSchema = z
  .object({
    format: z.literal('cpe-desk-evidence-1'),
    serviceLineId: z.string(),
    exportedAt: z.iso.datetime(),
    exportedBy: actorSchema,
    timesOrderedSince: z.iso
      .datetime()
      .describe('From this time on no entry has an earlier time than the entry before it'),
    entries: z.array(historyEntrySchema).describe('Oldest first'),
    signature: z.object({
      algorithm: z.literal('Ed25519'),
      publicKey: z.string().describe('PEM (SPKI)'),
      value: z.string().describe('base64'),
    }),
  })
  .meta({ id: 'Evidence' });
export type Evidence = z.infer<typeof evidenceSchema>;

const historyKeyShape = {
  keyId: z.string().describe('SHA-256 (hex) of the public key in its SPKI form'),
  algorithm: z.literal('Ed25519'),
  publicKey: z.string().describe('PEM (SPKI)'),
};

/** The public key that signs evidence and anchors now, and the previous keys, newest first. */
export const historyKeySchema = z
  .object({
    ...historyKeyShape,
    previous: z.array(z.object({ ...historyKeyShape, retiredAt: z.iso.datetime() })),
  })
  .meta({ id: 'HistoryKey' });
export type HistoryKey = z.infer<typeof historyKeySchema>;

/** A device that a line has or had. Its serial number identifies it. */
export const lineDeviceSchema = z
  .object({
    serialNumber: z.string().nullable(),
    manufacturer: z.string(),
    model: z.string(),
    since: z.iso.datetime().nullable().describe('Null: since before the history begins'),
    until: z.iso.datetime().nullable().describe('Null: in use now'),
    replacedBy: z
      .int()
      .nullable()
      .describe('Sequence of the history entry of the swap that ended it'),
  })
  .meta({ id: 'LineDevice' });
export type LineDevice = z.infer<typeof lineDeviceSchema>;

/** The devices of a line through its swaps, the device in use first. */
export const lineDevicesSchema = z
  .object({ serviceLineId: z.string(), items: z.array(lineDeviceSchema) })
  .meta({ id: 'LineDevices' });
export type LineDevices = z.infer<typeof lineDevicesSchema>;

/** The query of `GET /ticket/ctt/cpe/history/:id/compare`. */
export const compareQuerySchema = z.strictObject({ first: moment, second: moment });

const cpeAtSchema = z.object({
  at: z.iso.datetime(),
  cpe: cpeSchema.nullable().describe('Null: unknown at that time'),
  sequence: z.int().nullable().describe('The entry that recorded it; null: before the first entry'),
});

/** The CPE of a line at two moments, and the fields that differ. */
export const cpeComparisonSchema = z
  .object({
    serviceLineId: z.string(),
    first: cpeAtSchema,
    second: cpeAtSchema,
    changed: z.array(cpeFieldSchema),
  })
  .meta({ id: 'CpeComparison' });
export type CpeComparison = z.infer<typeof cpeComparisonSchema>;

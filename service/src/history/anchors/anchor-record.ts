import { createHash, type KeyObject } from 'node:crypto';
import type { AnchorKind } from '@cpe-desk/contract';
import { z } from 'zod';
import { isSignedBy, publicPem, signJson } from '../keys/signing-key.ts';

/*
 * The signed records about the history. They form one chain for all instances: each has a number
 * and the digest of the previous record, so that none can be removed or replaced.
 */

const headSchema = z.tuple([z.string(), z.int(), z.string()]);
const signatureSchema = z.object({ publicKey: z.string(), value: z.string() });
const linkShape = {
  number: z.int().min(1),
  at: z.iso.datetime(),
  previous: z.string().nullable(),
};

/**
 * Why an anchor was made: an instance began to anchor, an hour had passed, or the instance stopped.
 */
export const anchorCauses = ['started', 'hour', 'stopped'] as const;
export type AnchorCause = (typeof anchorCauses)[number];

/** The ends of the chains. A later removal or change does not fit them. */
const anchorSchema = z.object({
  format: z.literal('cpe-desk-anchor-3'),
  ...linkShape,
  cause: z.enum(anchorCauses),
  heads: z.array(headSchema),
  signature: signatureSchema,
});

/**
 * A database that was restored to an earlier time.
 * - `lost`: the anchors that the restore made obsolete
 * - `lines`: for each line, the first entry that the anchors have and the database lacks
 * - `heads`: the ends of these lines' chains now (0 and "": no entry)
 */
const restoreSchema = z.object({
  format: z.literal('cpe-desk-restore-1'),
  ...linkShape,
  restoredTo: z.iso.datetime(),
  by: z.string(),
  reason: z.string(),
  lost: z.array(z.object({ name: z.string(), digest: z.string() })),
  lines: z.array(z.tuple([z.string(), z.int().min(1)])),
  heads: z.array(headSchema),
  signature: signatureSchema,
});

/** The format of older releases: a chain of files for each instance, in the order of days. */
const oldAnchorSchema = z.object({
  format: z.enum(['cpe-desk-anchor-1', 'cpe-desk-anchor-2']),
  at: z.iso.datetime(),
  part: z.int().min(1).optional(),
  isLast: z.boolean().optional(),
  previous: z.string().nullable(),
  heads: z.array(headSchema),
  signature: signatureSchema,
});

const recordSchema = z.discriminatedUnion('format', [anchorSchema, restoreSchema]);
export type HistoryRecord = z.infer<typeof recordSchema>;
export type RestoreRecord = z.infer<typeof restoreSchema>;
export type OldAnchor = z.infer<typeof oldAnchorSchema>;
type Unsigned<Record> = Record extends unknown ? Omit<Record, 'signature'> : never;

export const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex');

/** A record as it is stored and posted: its exact text, and the columns of its row. */
export type SignedRecord = { number: number; kind: AnchorKind; digest: string; body: string };

export const signRecord = (key: KeyObject, facts: Unsigned<HistoryRecord>): SignedRecord => {
  const signature = { publicKey: publicPem(key), value: signJson(key, facts) };
  const body = JSON.stringify({ ...facts, signature });
  const kind = facts.format === 'cpe-desk-restore-1' ? 'restore' : 'anchor';
  return { number: facts.number, kind, digest: digestOf(body), body };
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** A record of the chain; undefined for any other text. */
export const parseRecord = (text: string): HistoryRecord | undefined =>
  recordSchema.safeParse(parseJson(text)).data;

export const parseOldAnchor = (text: string): OldAnchor | undefined =>
  oldAnchorSchema.safeParse(parseJson(text)).data;

/** Whether one of these public keys (PEM) signed the record. */
export const isSigned = (
  { signature, ...facts }: HistoryRecord | OldAnchor,
  pems: readonly string[],
): boolean =>
  pems.includes(signature.publicKey) && isSignedBy(signature.publicKey, facts, signature.value);

import {
  accessTypeSchema,
  hasControlCharacter,
  hasUnsafeCharacter,
  isBlank,
  oltPortsSchema,
  parseIpAddress,
  parseMacAddress,
  segmentGroupSchema,
  technologySchema,
  ticketStatusSchema,
  withoutHidden,
} from '@cpe-desk/contract';
import { z } from 'zod';

/** PostgreSQL's `integer`. */
const LARGEST_INTEGER = 2_147_483_647;
/** Longer text is an accident, not a name. The rules for new values are stricter. */
const LONGEST_TEXT = 255;
/** No path from the exchange to the customer is longer. */
const LONGEST_PATH = 32;
/** Addresses of one element. */
const MOST_ADDRESSES = 64;

const noControlCharacters = (text: string): boolean => !hasControlCharacter(text);
const textUpTo = (longest: number) =>
  z.string().max(longest).refine(noControlCharacters, 'Leave out control characters');
/**
 * Text for people, without characters that change its direction: these would reorder the text
 * beside it.
 */
const readableText = (longest: number) =>
  z
    .string()
    .transform((text) => withoutHidden(text))
    .pipe(textUpTo(longest).refine((text) => !isBlank(text), 'Give visible text'));
const visibleText = readableText(LONGEST_TEXT);
const id = textUpTo(64).refine(
  (text) => !isBlank(text) && !hasUnsafeCharacter(text),
  'Give a visible id',
);
const recordedText = textUpTo(LONGEST_TEXT);
const orNull = <Value>(schema: z.ZodType<Value>) =>
  schema.nullish().transform((value) => value ?? null);
const kbps = (lowest: number) => z.int().min(lowest).max(LARGEST_INTEGER);

/** An address of an element itself, in its canonical spelling: it is no CPE's. */
const ownAddress = z.string().transform((text, context) => {
  const parsed = [parseMacAddress(text), parseIpAddress(text)].find(({ ok }) => ok);
  if (parsed?.ok) return parsed.value;
  context.addIssue(`${text.slice(0, 80)} is neither an IP address of a host nor a MAC address`);
  return z.NEVER;
});

const networkElementMembers = {
  type: z.literal('networkElement'),
  id,
  name: visibleText,
  manufacturer: orNull(recordedText),
  model: orNull(recordedText),
  addresses: z.array(ownAddress).max(MOST_ADDRESSES).nullish(),
};

const networkElementSchema = z.discriminatedUnion('kind', [
  z.strictObject({ ...networkElementMembers, kind: z.literal('OLT'), oltPorts: oltPortsSchema }),
  z.strictObject({
    ...networkElementMembers,
    kind: z.enum(['SPLITTER', 'ONT']),
    oltPorts: z.null().default(null),
  }),
]);

/**
 * Recorded values may break the rules for new values, which is why people correct them. They must
 * fit a record.
 */
const recordedCpeSchema = z.strictObject({
  id,
  name: visibleText.optional(),
  manufacturer: recordedText,
  model: recordedText,
  ipAddress: recordedText,
  bandwidth: z.strictObject({ downKbps: kbps(0), upKbps: kbps(0) }),
  port: recordedText,
  serialNumber: orNull(recordedText),
  macAddress: orNull(recordedText),
  // Absent: a known CPE keeps what is recorded.
  ipv6Address: recordedText.nullish(),
  ipv6Prefix: recordedText.nullish(),
});

const serviceLineSchema = z.strictObject({
  type: z.literal('serviceLine'),
  id,
  technology: technologySchema,
  accessType: accessTypeSchema.nullish().transform((type) => type ?? null),
  managedServices: z.boolean(),
  segmentGroup: segmentGroupSchema,
  customer: visibleText,
  plan: z.strictObject({ downKbps: kbps(1), upKbps: kbps(1) }),
  path: z.array(id).max(LONGEST_PATH),
  cpe: orNull(recordedCpeSchema),
});

const ticketSchema = z.strictObject({
  type: z.literal('ticket'),
  id,
  ticketNo: id,
  status: ticketStatusSchema,
  title: readableText(500),
  openedAt: z.iso.datetime({ offset: true }),
  serviceLineId: id,
});

const recordSchema = z.discriminatedUnion('type', [
  networkElementSchema,
  serviceLineSchema,
  ticketSchema,
]);

/** The content of one line of an import file. */
export type ImportRecord = z.infer<typeof recordSchema>;
export type NetworkElementRecord = Extract<ImportRecord, { type: 'networkElement' }>;
export type ServiceLineRecord = Extract<ImportRecord, { type: 'serviceLine' }>;
export type TicketRecord = Extract<ImportRecord, { type: 'ticket' }>;

/** A record with its line number in the file, from 1. */
export type NumberedRecord = { number: number; record: ImportRecord };

type ParsedLine = { ok: true; record: ImportRecord } | { ok: false; reason: string };

const readJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // JSON text never means undefined
  }
};

/** Parses one line of an import file: its shape only. The write checks its references. */
export const parseLine = (text: string): ParsedLine => {
  const json = readJson(text);
  if (json === undefined) return { ok: false, reason: 'it is not JSON' };
  const parsed = recordSchema.safeParse(json);
  if (parsed.success) return { ok: true, record: parsed.data };
  const reason = parsed.error.issues.map(({ path, message }) => [...path, message].join(': '));
  return { ok: false, reason: reason.join('; ') };
};

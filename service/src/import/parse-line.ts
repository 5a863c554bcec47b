import {
  accessTypeSchema,
  hasControlCharacter,
  hasUnsafeCharacter,
  isBlank,
  oltPortsSchema,
  segmentGroupSchema,
  technologySchema,
  ticketStatusSchema,
  withoutBidiControls,
} from '@cpe-desk/contract';
import { z } from 'zod';

/** PostgreSQL's `integer`. */
const LARGEST_INTEGER = 2_147_483_647;
/** Beyond this, text is not a name but an accident. The rules for new values are tighter. */
const LONGEST_TEXT = 255;
/** No path from the exchange to the customer is this long. */
const LONGEST_PATH = 32;

const noControlCharacters = (text: string): boolean => !hasControlCharacter(text);
const textUpTo = (longest: number) =>
  z.string().max(longest).refine(noControlCharacters, 'Leave out control characters');
/** Text for people to read. What changes its direction is left out: it would reorder what is beside it. */
const readableText = (longest: number) =>
  z
    .string()
    .transform(withoutBidiControls)
    .pipe(textUpTo(longest).refine((text) => !isBlank(text), 'Give text that can be read'));
const someText = readableText(LONGEST_TEXT);
const id = textUpTo(64).refine(
  (text) => !isBlank(text) && !hasUnsafeCharacter(text),
  'Give an id that can be read',
);
const recordedText = textUpTo(LONGEST_TEXT);
const orNull = <Value>(schema: z.ZodType<Value>) => schema.nullish().transform((value) => value ?? null);
const kbps = (lowest: number) => z.int().min(lowest).max(LARGEST_INTEGER);

const networkElementMembers = {
  type: z.literal('networkElement'),
  id,
  name: someText,
  manufacturer: orNull(recordedText),
  model: orNull(recordedText),
};

const networkElementSchema = z.discriminatedUnion('kind', [
  z.strictObject({ ...networkElementMembers, kind: z.literal('OLT'), oltPorts: oltPortsSchema }),
  z.strictObject({
    ...networkElementMembers,
    kind: z.enum(['SPLITTER', 'ONT']),
    oltPorts: z.null().default(null),
  }),
]);

/** Recorded values may break the rules for new ones - that is why they get corrected - but they must fit a record. */
const recordedCpeSchema = z.strictObject({
  id,
  name: someText.optional(),
  manufacturer: recordedText,
  model: recordedText,
  ipAddress: recordedText,
  bandwidth: z.strictObject({ downKbps: kbps(0), upKbps: kbps(0) }),
  port: recordedText,
  serialNumber: orNull(recordedText),
  macAddress: orNull(recordedText),
});

const serviceLineSchema = z.strictObject({
  type: z.literal('serviceLine'),
  id,
  technology: technologySchema,
  accessType: accessTypeSchema.nullish().transform((type) => type ?? null),
  managedServices: z.boolean(),
  segmentGroup: segmentGroupSchema,
  customer: someText,
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

const recordSchema = z.discriminatedUnion('type', [networkElementSchema, serviceLineSchema, ticketSchema]);

/** What one line of an import file says. */
export type ImportRecord = z.infer<typeof recordSchema>;
export type NetworkElementRecord = Extract<ImportRecord, { type: 'networkElement' }>;
export type ServiceLineRecord = Extract<ImportRecord, { type: 'serviceLine' }>;
export type TicketRecord = Extract<ImportRecord, { type: 'ticket' }>;

/** With the number of its line in the file, from 1. */
export type NumberedRecord = { number: number; record: ImportRecord };

type ParsedLine = { ok: true; record: ImportRecord } | { ok: false; why: string };

const readJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // no JSON text means undefined
  }
};

/** Reads one line of an import file: its shape only. What it refers to is checked as it is written. */
export const parseLine = (text: string): ParsedLine => {
  const json = readJson(text);
  if (json === undefined) return { ok: false, why: 'it is not JSON' };
  const parsed = recordSchema.safeParse(json);
  if (parsed.success) return { ok: true, record: parsed.data };
  const why = parsed.error.issues.map(({ path, message }) => [...path, message].join(': '));
  return { ok: false, why: why.join('; ') };
};

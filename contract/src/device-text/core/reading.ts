import * as z from 'zod';
import { cpeFieldSchema } from '../../cpe.ts';
import { bandwidthSchema } from '../../fields/bandwidth.ts';

/** A line of the text that was read, from 1. */
export const sourceLineSchema = z
  .object({ line: z.int(), text: z.string() })
  .meta({ id: 'SourceLine' });
export type SourceLine = z.infer<typeof sourceLineSchema>;

const fieldReadingOf = <Value extends z.ZodType>(value: Value) =>
  z.object({
    value: value
      .nullable()
      .describe('In the form that an update takes; null: choose an alternative'),
    from: z.array(sourceLineSchema),
    alternatives: z.array(
      z.object({ value, from: z.array(sourceLineSchema), meaning: z.string() }),
    ),
  });

const text = fieldReadingOf(z.string());

/** The fields of one device that a text names. A field that it does not name is absent. */
export const readFieldsSchema = z
  .object({
    manufacturer: text,
    model: text,
    serialNumber: text,
    macAddress: text,
    ipAddress: text,
    ipv6Address: text,
    ipv6Prefix: text,
    bandwidth: fieldReadingOf(bandwidthSchema),
    port: text,
  })
  .partial()
  .meta({ id: 'ReadFields' });
export type ReadFields = z.infer<typeof readFieldsSchema>;
export type ReadField = keyof ReadFields;

export const readNoteCodes = [
  'several-devices',
  'several-addresses',
  'no-address',
  'management-address-left-out',
  'prefix-length-left-out',
  'damaged-by-spreadsheet',
  'ambiguous-rate',
  'unknown-model',
  'vendor-mismatch',
  'port-needs-onu',
  'port-needs-level',
  'port-of-another-maker',
  'refused-for-line',
  'encoding-guessed',
] as const;
export type ReadNoteCode = (typeof readNoteCodes)[number];

const readNoteSchema = z
  .object({ code: z.enum(readNoteCodes), pointer: z.string(), detail: z.string() })
  .meta({ id: 'ReadNote' });
export type ReadNote = z.infer<typeof readNoteSchema>;

/** The content of a text of a device, an OLT, a log or a spreadsheet, with the source lines. */
export const deviceReadingSchema = z
  .object({
    source: z.string().describe('The kind of text that was recognised, such as `huawei-ont-info`'),
    devices: z.array(
      z.object({
        label: z.string(),
        fields: readFieldsSchema,
        match: z.array(cpeFieldSchema).describe('The fields that equal the recorded CPE'),
      }),
    ),
    chosen: z
      .int()
      .nullable()
      .describe('The device that is certainly meant, as an index; null: choose one'),
    notes: z.array(readNoteSchema),
    unread: z.array(sourceLineSchema).describe('Lines with content of which nothing was taken'),
    dropped: z
      .object({ invisible: z.int(), escapes: z.int() })
      .describe('Invisible characters and terminal control sequences that were left out'),
  })
  .meta({ id: 'DeviceReading' });
export type DeviceReading = z.infer<typeof deviceReadingSchema>;

/** Longest text that is read, in bytes of UTF-8. */
export const LONGEST_DEVICE_TEXT = 256 * 1024;

export const readDeviceTextRequestSchema = z
  .strictObject({ text: z.string().describe('At most 256 KiB of UTF-8') })
  .meta({ id: 'ReadDeviceText' });

import * as z from 'zod';
import { actorSchema } from '../actor.ts';
import { bulkStates } from '../bulk-state.ts';
import { encodings } from '../device-text/core/decode.ts';
import { bulkColumns } from './columns.ts';
import { bulkSettingsSchema } from './settings.ts';

export const bulkKinds = ['upload', 'revert'] as const;
export type BulkKind = (typeof bulkKinds)[number];

export const bulkFormats = ['csv', 'ndjson', 'xlsx'] as const;
export type BulkFormat = (typeof bulkFormats)[number];

export const bulkSeparators = [',', ';', '\t'] as const;
export type BulkSeparator = (typeof bulkSeparators)[number];

/** Why a file cannot be read at all. */
export const bulkFaultCodes = [
  'empty-file',
  'no-heading',
  'duplicate-heading',
  'too-many-rows',
  'too-many-columns',
  'bad-encoding',
  'unterminated-quote',
  'not-a-spreadsheet',
  'encrypted',
  'too-large-unpacked',
  'too-long-line',
] as const;
export type BulkFaultCode = (typeof bulkFaultCodes)[number];

export const bulkFaultSchema = z
  .object({
    code: z.enum(bulkFaultCodes),
    detail: z.string(),
    line: z.int().nullable().describe('Of the file, or the row of the sheet; null: none'),
  })
  .meta({ id: 'BulkFault' });
export type BulkFault = z.infer<typeof bulkFaultSchema>;

export const bulkQuestionCodes = ['unknown-column', 'missing-column', 'decimal-mark'] as const;

/** What the desk must be told before it can check. The mapping answers it. */
export const bulkQuestionSchema = z
  .object({
    code: z.enum(bulkQuestionCodes),
    heading: z
      .string()
      .describe('The heading in question; of `missing-column` the column that no heading names'),
    row: z.int().optional().describe('A row where the question arose'),
    text: z.string().optional().describe('The text of its cell'),
    choices: z
      .array(z.string().nullable())
      .describe('Columns, headings or decimal marks; null: the column is ignored'),
  })
  .meta({ id: 'BulkQuestion' });
export type BulkQuestion = z.infer<typeof bulkQuestionSchema>;

export const bulkNoteCodes = ['encoding-guessed', 'same-file'] as const;

export const bulkNoteSchema = z
  .object({
    code: z.enum(bulkNoteCodes),
    detail: z.string(),
    bulkId: z.string().optional().describe('Of `same-file`: the other bulk'),
  })
  .meta({ id: 'BulkNote' });
export type BulkNote = z.infer<typeof bulkNoteSchema>;

export const decimalMarks = ['.', ','] as const;
export type DecimalMark = (typeof decimalMarks)[number];

/** What each heading means, and how an ambiguous number is read. */
export const bulkMappingSchema = z
  .object({
    columns: z
      .record(z.string(), z.enum(bulkColumns).nullable())
      .describe('By heading; null: the column is ignored; absent: a question asks about it'),
    decimalMark: z.enum(decimalMarks).nullable(),
  })
  .meta({ id: 'BulkMapping' });
export type BulkMapping = z.infer<typeof bulkMappingSchema>;

export const bulkCheckSchema = z
  .object({
    checkHash: z.string().describe('SHA-256 (hex) of what was checked; a start names it'),
    at: z.iso.datetime(),
    expiresAt: z.iso.datetime(),
    ok: z.int(),
    problems: z.int(),
    codes: z.record(z.string(), z.int()).describe('Rows by the code of their problem'),
    warnings: z.record(z.string(), z.int()).describe('Rows by the codes of their warnings'),
    kinds: z.object({ refresh: z.int(), correction: z.int(), swap: z.int() }),
    approval: z.object({ required: z.boolean(), rules: z.array(z.string()) }),
  })
  .meta({ id: 'BulkCheck' });
export type BulkCheck = z.infer<typeof bulkCheckSchema>;

/** The number of rows by state. */
export const bulkCountsSchema = z
  .object({
    rows: z.int(),
    waiting: z.int(),
    sending: z.int(),
    unknown: z.int(),
    applied: z.int(),
    refused: z.int(),
    failed: z.int(),
    leftOut: z.int(),
    cancelled: z.int(),
  })
  .meta({ id: 'BulkCounts' });
export type BulkCounts = z.infer<typeof bulkCountsSchema>;

export const NO_ROWS: BulkCounts = {
  ...{ rows: 0, waiting: 0, sending: 0, unknown: 0, applied: 0 },
  ...{ refused: 0, failed: 0, leftOut: 0, cancelled: 0 },
};

/** What a running bulk waits for. */
export const bulkWaits = ['window', 'nig', 'freeze', 'turn'] as const;
export type BulkWait = (typeof bulkWaits)[number];

export const bulkPauseReasons = [
  'person',
  'refusals-in-a-row',
  'failure-share',
  'unknown-outcomes',
  'nig-unavailable',
  'window-over',
] as const;

export const bulkPauseSchema = z
  .object({
    reason: z.enum(bulkPauseReasons),
    by: actorSchema.nullable().describe('Null: the desk itself'),
    at: z.iso.datetime(),
    detail: z.string().nullable(),
  })
  .meta({ id: 'BulkPause' });
export type BulkPause = z.infer<typeof bulkPauseSchema>;

const bulkFileSchema = z
  .object({
    format: z.enum(bulkFormats),
    encoding: z.enum(encodings).nullable().describe('Null: of a spreadsheet, or not known yet'),
    separator: z.enum(bulkSeparators).nullable().describe('Null: not CSV, or not known yet'),
    bytes: z.int(),
    sha256: z.string(),
    headings: z.array(z.string()),
  })
  .meta({ id: 'BulkFile' });

export const bulkSchema = z
  .object({
    bulkId: z.string(),
    kind: z.enum(bulkKinds),
    revertOf: z.string().nullable().describe('The bulk that this one takes back'),
    name: z.string(),
    state: z.enum(bulkStates),
    waitsFor: z.enum(bulkWaits).nullable(),
    pause: bulkPauseSchema.nullable(),
    fault: bulkFaultSchema.nullable(),
    questions: z.array(bulkQuestionSchema),
    notes: z.array(bulkNoteSchema),
    file: bulkFileSchema.nullable().describe('Null: a revert has none'),
    mapping: bulkMappingSchema.nullable(),
    check: bulkCheckSchema.nullable(),
    counts: bulkCountsSchema,
    settings: bulkSettingsSchema.nullable(),
    etaSeconds: z.int().nullable().describe('Until all rows are settled, at the present rate'),
    createdBy: actorSchema,
    createdAt: z.iso.datetime(),
    startedBy: actorSchema.nullable(),
    startedAt: z.iso.datetime().nullable(),
    finishedAt: z.iso.datetime().nullable(),
    rowsDeletedAt: z.iso
      .datetime()
      .nullable()
      .describe('When the rows were deleted (BULK_KEEP_DAYS); null: they are there'),
  })
  .meta({ id: 'Bulk', description: 'A file of CPE updates with its check and its run' });
export type Bulk = z.infer<typeof bulkSchema>;

export const bulkListSchema = z
  .object({ items: z.array(bulkSchema), nextCursor: z.string().nullable() })
  .meta({ id: 'BulkList' });
export type BulkList = z.infer<typeof bulkListSchema>;

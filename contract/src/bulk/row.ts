import * as z from 'zod';
import { bulkRowStates } from '../bulk-state.ts';
import { cpeFieldSchema, cpeSchema } from '../cpe.ts';
import { cpePreviewSchema, cpeUpdateKindSchema } from '../cpe-update.ts';
import { anyProblemSchema, findingSchema } from '../problem.ts';

/** What the preview of the row's update answered at the check. */
export const bulkVerdictSchema = z
  .object({
    ok: z.boolean(),
    warnings: z.array(findingSchema),
    problem: anyProblemSchema.nullable().describe("The whole problem of the preview's answer"),
  })
  .meta({ id: 'BulkVerdict' });
export type BulkVerdict = z.infer<typeof bulkVerdictSchema>;

const row = {
  row: z.int().describe('Counts the rows below the headings, from 1'),
  line: z.int().describe('Of the file, or the row of the sheet'),
  ticket: z.string().describe('The ticket as the file names it'),
  ticketNo: z.string().nullable(),
  cttId: z.string().nullable(),
  serviceLineId: z.string().nullable(),
  state: z.enum(bulkRowStates),
  kind: cpeUpdateKindSchema.nullable(),
  changed: z.array(cpeFieldSchema),
  before: cpeSchema
    .nullable()
    .describe('The CPE that the check saw; null where it found a problem'),
  after: cpeSchema.nullable(),
  reason: z.string().nullable(),
  verdict: bulkVerdictSchema.nullable().describe('Null: not checked yet'),
  attempt: z.int(),
  updateId: z.string().nullable(),
  outcome: anyProblemSchema
    .nullable()
    .describe('The problem that the update answered; null where it was applied, or did not run'),
};

export const bulkRowSchema = z.object(row).meta({ id: 'BulkRow' });
export type BulkRow = z.infer<typeof bulkRowSchema>;

export const bulkRowDetailSchema = z
  .object({
    ...row,
    cells: z.array(z.string()).describe('As the file has them, in the order of its headings'),
    preview: cpePreviewSchema.nullable().describe('Null where the check found a problem'),
  })
  .meta({ id: 'BulkRowDetail' });
export type BulkRowDetail = z.infer<typeof bulkRowDetailSchema>;

export const bulkRowsSchema = z
  .object({ items: z.array(bulkRowSchema), nextCursor: z.string().nullable() })
  .meta({ id: 'BulkRows' });
export type BulkRows = z.infer<typeof bulkRowsSchema>;

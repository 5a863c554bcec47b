import * as z from 'zod';
import { bulkRowStates, bulkStates } from '../bulk-state.ts';
import { encodings } from '../device-text/core/decode.ts';
import { plainText, reasonSchema } from '../fields/text.ts';
import { problemCodes } from '../problem.ts';
import { pageLimit } from '../ticket.ts';
import { bulkSeparators, decimalMarks } from './bulk.ts';
import { bulkColumns } from './columns.ts';
import { bulkSettingsInputSchema } from './settings.ts';

export const LONGEST_BULK_NAME = 200;

/** The query of an upload. */
export const bulkUploadQuerySchema = z.strictObject({
  name: plainText(LONGEST_BULK_NAME).optional().describe("The file's name"),
  encoding: z.enum(encodings).optional().describe('A byte order mark counts before it'),
  separator: z.enum(bulkSeparators).optional(),
});
export type BulkUploadQuery = z.infer<typeof bulkUploadQuerySchema>;

export const bulkListQuerySchema = z.strictObject({
  state: z.enum(bulkStates).optional(),
  cursor: plainText(200).optional(),
  limit: pageLimit(50),
});
export type BulkListQuery = z.infer<typeof bulkListQuerySchema>;

export const bulkRowsQuerySchema = z.strictObject({
  state: z.enum(bulkRowStates).optional(),
  code: z.enum(problemCodes).optional().describe('Of the problem at the check, or of the outcome'),
  cursor: plainText(200).optional(),
  limit: pageLimit(50),
});
export type BulkRowsQuery = z.infer<typeof bulkRowsQuerySchema>;

/** The query of `GET …/results.csv` and `results.xlsx`. */
export const bulkResultsQuerySchema = z.strictObject({
  state: z.enum(bulkRowStates).optional().describe('Only rows in this state'),
});

/** The body of `PUT …/mapping`. Headings that are not named keep their match. */
export const bulkMappingRequestSchema = z
  .strictObject({
    columns: z.record(z.string(), z.enum(bulkColumns).nullable()).default({}),
    decimalMark: z.enum(decimalMarks).nullish(),
  })
  .meta({ id: 'BulkMappingRequest' });
export type BulkMappingRequest = z.infer<typeof bulkMappingRequestSchema>;

/** The body of `POST …/start`. */
export const bulkStartRequestSchema = z
  .strictObject({
    checkHash: z.string(),
    settings: bulkSettingsInputSchema.prefault({}),
    reason: reasonSchema.nullish().describe('For rows without one'),
  })
  .meta({ id: 'BulkStartRequest' });
export type BulkStartRequest = z.infer<typeof bulkStartRequestSchema>;

/** The body of `POST …/pause` and `…/resume`. */
export const bulkPauseRequestSchema = z
  .strictObject({ reason: reasonSchema.nullish() })
  .meta({ id: 'BulkPauseRequest' });
export type BulkPauseRequest = z.infer<typeof bulkPauseRequestSchema>;

/** The body of `POST …/cancel` and `…/revert`. */
export const bulkReasonRequestSchema = z
  .strictObject({ reason: reasonSchema })
  .meta({ id: 'BulkReasonRequest' });
export type BulkReasonRequest = z.infer<typeof bulkReasonRequestSchema>;

/** The states of rows that may be checked again. */
export const retryableRowStates = ['left-out', 'refused', 'failed', 'cancelled'] as const;

/** The body of `POST …/retry`. */
export const bulkRetryRequestSchema = z
  .strictObject({
    states: z.array(z.enum(retryableRowStates)).min(1),
    codes: z.array(z.enum(problemCodes)).min(1).optional(),
  })
  .meta({ id: 'BulkRetryRequest' });
export type BulkRetryRequest = z.infer<typeof bulkRetryRequestSchema>;

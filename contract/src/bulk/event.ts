import * as z from 'zod';
import { bulkStates } from '../bulk-state.ts';
import { bulkCountsSchema, bulkWaits } from './bulk.ts';

/** The server-sent event `bulk`: progress of a bulk that the caller may see, twice a second. */
export const bulkEventSchema = z
  .object({
    bulkId: z.string(),
    state: z.enum(bulkStates),
    waitsFor: z.enum(bulkWaits).nullable(),
    counts: bulkCountsSchema,
    at: z.iso.datetime(),
  })
  .meta({ id: 'BulkEvent' });
export type BulkEvent = z.infer<typeof bulkEventSchema>;

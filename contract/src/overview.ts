import * as z from 'zod';
import { unsettledStates } from './cpe-update-state.ts';

/** The query of `GET /ticket/ctt/cpe/overview`. */
export const overviewQuerySchema = z.strictObject({
  days: z.coerce
    .number()
    .int()
    .min(1)
    .max(366)
    .default(30)
    .describe('How many days to look back, today included'),
});

const dayFactsSchema = z.object({
  day: z.iso.date().describe('In `timeZone`'),
  applied: z.int(),
  rejected: z.int(),
  abandoned: z.int(),
  answers: z.object({
    count: z.int().describe('Updates sent that NIG answered'),
    medianMs: z.int().nullable().describe('Half of the answers took at most this long, to two digits'),
    p95Ms: z.int().nullable(),
  }),
});

/** How updates and NIG have been doing, in the caller's segment groups. Updates count on the day on which they were settled. */
export const overviewSchema = z
  .object({
    timeZone: z
      .string()
      // A desk of the release before does not answer it, and counts by days of UTC.
      .default('UTC')
      .describe('Of the desk: its days are the days here'),
    days: z.array(dayFactsSchema).describe('Every day of the time, the first one first'),
    refusals: z.array(z.object({ code: z.string(), count: z.int() })).describe('The most frequent first'),
    models: z
      .array(
        z.object({
          manufacturer: z.string(),
          model: z.string(),
          corrections: z.int(),
          swaps: z.int(),
        }),
      )
      .describe('Models whose record was corrected or that were swapped out most often, at most ten'),
    unsettled: z.object({
      count: z.int(),
      oldest: z
        .array(
          z.object({
            updateId: z.string(),
            cttId: z.string(),
            ticketNo: z.string(),
            state: z.enum(unsettledStates),
            since: z.iso.datetime(),
            by: z.string(),
          }),
        )
        .describe('At most ten'),
    }),
  })
  .meta({ id: 'Overview' });
export type Overview = z.infer<typeof overviewSchema>;

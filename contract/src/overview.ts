import * as z from 'zod';
import { unsettledStates } from './cpe-update-state.ts';
import { nigStatusSchema } from './nig.ts';

/** What the summary of settled updates counts. */
export const summaryFacts = ['outcome', 'answer-ms', 'refusal', 'correction', 'swap'] as const;
export type SummaryFact = (typeof summaryFacts)[number];

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
    medianMs: z
      .int()
      .nullable()
      .describe('Half of the answers took at most this long, to two digits'),
    p95Ms: z.int().nullable(),
  }),
});

/**
 * Statistics of updates and NIG in the caller's segment groups. An update counts on the day on
 * which it was settled.
 */
export const overviewSchema = z
  .object({
    timeZone: z
      .string()
      // A desk of the previous release does not answer it and counts by UTC days.
      .default('UTC')
      .describe("The desk's time zone, by which days are counted"),
    days: z.array(dayFactsSchema).describe('Every day of the period, oldest first'),
    refusals: z
      .array(z.object({ code: z.string(), count: z.int() }))
      .describe('Most frequent first'),
    models: z
      .array(
        z.object({
          manufacturer: z.string(),
          model: z.string(),
          corrections: z.int(),
          swaps: z.int(),
        }),
      )
      .describe(
        'Models whose record was corrected or that were swapped out most often, at most ten',
      ),
    // An instance of the release before does not answer it.
    nig: nigStatusSchema.nullable().default(null),
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

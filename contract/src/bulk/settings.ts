import * as z from 'zod';

export const MOST_BULK_RATE = 10_000;
const MOST_BRAKE_ROWS = 1000;
const MOST_WINDOW_MS = 14 * 24 * 3_600_000;

/** Brakes pause a run. They cannot be switched off. */
const bulkBrakesSchema = z.strictObject({
  refusalsInARow: z.int().min(1).max(MOST_BRAKE_ROWS).default(20),
  failurePercent: z
    .int()
    .min(1)
    .max(100)
    .default(10)
    .describe('Of the settled rows, from 50 settled rows on'),
  unknownOutcomes: z
    .int()
    .min(1)
    .max(MOST_BRAKE_ROWS)
    .default(5)
    .describe('Since the start or the resumption'),
});

const bulkWindowSchema = z
  .strictObject({ notBefore: z.iso.datetime().nullable(), notAfter: z.iso.datetime().nullable() })
  .refine(
    ({ notBefore, notAfter }) => notBefore === null || notAfter === null || notBefore < notAfter,
    'notBefore must be before notAfter',
  )
  .refine(
    ({ notBefore, notAfter }) =>
      notBefore === null ||
      notAfter === null ||
      Date.parse(notAfter) - Date.parse(notBefore) <= MOST_WINDOW_MS,
    'A window has at most 14 days',
  );

const brakes = bulkBrakesSchema.prefault({});
const window = bulkWindowSchema.nullable();

/** How a bulk runs. */
export const bulkSettingsSchema = z
  .object({
    ratePerSecond: z.int().min(1).max(MOST_BULK_RATE).nullable().describe('Null: no limit'),
    brakes,
    window,
  })
  .meta({ id: 'BulkSettings' });
export type BulkSettings = z.infer<typeof bulkSettingsSchema>;

/** The settings of a start; what is left out has its default. */
export const bulkSettingsInputSchema = z.strictObject({
  ratePerSecond: z.int().min(1).max(MOST_BULK_RATE).nullish(),
  brakes,
  window: window.default(null),
});

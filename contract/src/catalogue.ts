import * as z from 'zod';

/**
 * A model of the device catalogue. Null means unknown; unknown never refuses an update. Speeds are
 * in kbit/s.
 */
export const deviceModelSchema = z
  .object({
    manufacturer: z.string(),
    model: z.string(),
    partNumber: z.string().nullable(),
    access: z.string().nullable(),
    lanPorts: z.int().nullable(),
    wanPorts: z.int().nullable(),
    maxPortKbps: z.int().nullable(),
    withdrawn: z.boolean(),
    // An instance of the release before answers without these.
    aliases: z
      .array(z.string())
      .default([])
      .describe('Other names of the model; a record gets the name of the catalogue'),
    note: z.string().nullable().default(null),
    source: z.string().nullable().default(null).describe('The public source of its facts, a URL'),
  })
  .meta({ id: 'DeviceModel' });
export type DeviceModel = z.infer<typeof deviceModelSchema>;

export const deviceModelListSchema = z
  .object({ items: z.array(deviceModelSchema) })
  .meta({ id: 'DeviceModelList' });

/** Longest manufacturer and model, in characters. */
export const LONGEST_NAME = 64;
/** What happens to a model that the catalogue lacks. */
export const unknownModelPolicies = ['refuse', 'warn'] as const;
export type UnknownModelPolicy = (typeof unknownModelPolicies)[number];

/** Whether the catalogue knows that a model is no PON device; false where it does not know. */
export const isKnownAsNotPon = (model: DeviceModel | null | undefined): boolean => {
  const access = model?.access?.toLowerCase();
  return access !== undefined && access !== 'unknown' && !access.includes('pon');
};

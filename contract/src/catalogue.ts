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
  })
  .meta({ id: 'DeviceModel' });
export type DeviceModel = z.infer<typeof deviceModelSchema>;

export const deviceModelListSchema = z
  .object({ items: z.array(deviceModelSchema) })
  .meta({ id: 'DeviceModelList' });

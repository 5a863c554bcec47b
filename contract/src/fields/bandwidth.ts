import * as z from 'zod';

/** A line's bandwidth in whole kbit/s for each direction. */
export const bandwidthSchema = z.strictObject({ downKbps: z.number(), upKbps: z.number() }).meta({
  id: 'Bandwidth',
  description: 'Bandwidth in kbit/s',
});
export type Bandwidth = z.infer<typeof bandwidthSchema>;

export const accessTypes = ['GPON', 'XGS-PON'] as const;
export type AccessType = (typeof accessTypes)[number];

/** The lowest bandwidth of a line, kbit/s. */
export const LOWEST_KBPS = 64;

/** Line rates in kbit/s: GPON by ITU-T G.984.2, XGS-PON by ITU-T G.9807.1. */
export const lineRates: Readonly<Record<AccessType, Bandwidth>> = {
  GPON: { downKbps: 2_488_320, upKbps: 1_244_160 },
  'XGS-PON': { downKbps: 9_953_280, upKbps: 9_953_280 },
};

/** The access type with the highest line rate. */
export const FASTEST_ACCESS: AccessType = 'XGS-PON';

import * as z from 'zod';
import { bandwidthSchema } from './fields/bandwidth.ts';

/** The fields of a CPE record, in the order in which people read them. */
export const cpeFields = [
  'manufacturer',
  'model',
  'serialNumber',
  'macAddress',
  'ipAddress',
  'ipv6Address',
  'ipv6Prefix',
  'bandwidth',
  'port',
] as const;
export type CpeField = (typeof cpeFields)[number];
export const cpeFieldSchema = z.enum(cpeFields);

/**
 * The fields that a caller or NIG may leave out. Left out says nothing about them, `null` means
 * that the CPE has none. In records, NIG's payload, history and evidence a CPE without one lacks
 * the member, so that the hashes of entries from before these fields stay valid.
 */
export const dualStackFields = ['ipv6Address', 'ipv6Prefix'] as const;

const optionalText = z
  .string()
  .nullish()
  .transform((text) => text ?? null);

/**
 * A CPE as a caller sends it: the shape only. The rules are in `cpeErrors`, because recorded values
 * may break them.
 */
export const cpeInputSchema = z
  .strictObject({
    manufacturer: z.string(),
    model: z.string(),
    ipAddress: z.string(),
    bandwidth: bandwidthSchema,
    port: z.string(),
    serialNumber: optionalText,
    macAddress: optionalText,
    ipv6Address: z
      .string()
      .nullish()
      .describe(
        'The IPv6 address beside an IPv4 ipAddress. Null: none. Absent: not compared in `current`, unchanged in `new`',
      ),
    ipv6Prefix: z
      .string()
      .nullish()
      .describe('The delegated IPv6 prefix, /32 to /64 (RFC 8415). Null and absent as ipv6Address'),
  })
  .meta({
    id: 'CpeValues',
    description:
      'All fields of a CPE. serialNumber and macAddress may be null or absent; ipv6Address and ipv6Prefix may be absent, which differs from null',
  });

/** While an incident is open: NIG's CPE as the caller saw it, which this update overwrites. */
export const nigSeenSchema = cpeInputSchema
  .optional()
  .describe("After `nig-differs`: NIG's CPE of that answer, which this update may overwrite");

/** A CPE record as the desk stores and answers it. */
export const cpeSchema = z
  .object({
    manufacturer: z.string(),
    model: z.string(),
    ipAddress: z.string(),
    bandwidth: bandwidthSchema,
    port: z.string(),
    serialNumber: z.string().nullable(),
    macAddress: z.string().nullable(),
    ipv6Address: z
      .string()
      .nullable()
      .optional()
      .describe('Beside an IPv4 ipAddress; absent where the CPE has none'),
    ipv6Prefix: z
      .string()
      .nullable()
      .optional()
      .describe('The delegated prefix; absent where the CPE has none'),
  })
  .meta({ id: 'Cpe' });
export type Cpe = z.infer<typeof cpeSchema>;

/** The current CPE of a line. `version` grows by one with each applied update. */
export const versionedCpeSchema = cpeSchema
  .extend({ version: z.int() })
  .meta({ id: 'VersionedCpe' });
export type VersionedCpe = z.infer<typeof versionedCpeSchema>;

export const withoutVersion = ({ version: _, ...cpe }: VersionedCpe): Cpe => cpe;

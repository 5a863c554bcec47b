import * as z from 'zod';
import { bandwidthSchema } from './fields/bandwidth.ts';
import { withoutHidden } from './fields/characters.ts';
import { parseIpAddress } from './fields/ip-address.ts';
import { parseIpv6Prefix } from './fields/ipv6-prefix.ts';
import { parseMacAddress } from './fields/mac-address.ts';
import { parsePort, UNKNOWN_OLT } from './fields/ports/parse-port.ts';
import type { OltFacts } from './fields/ports/read-port-text.ts';
import { parseAnySerialNumber } from './fields/serial-number.ts';

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

const orTrimmed = (parsed: { ok: true; value: string } | { ok: false }, text: string): string =>
  parsed.ok ? parsed.value : text.trim();

/** A blank optional value is none. */
const unlessBlank = (
  text: string | null,
  parse: (text: string) => { ok: true; value: string } | { ok: false },
): string | null => {
  if (text === null || text.trim() === '') return null;
  return orTrimmed(parse(text), text);
};

/**
 * The values that a caller or NIG said, with the recorded value of each dual-stack field about
 * which they said nothing.
 */
export const completeCpe = (said: Cpe, recorded: Cpe): Cpe => {
  const cpe = { ...said };
  for (const field of dualStackFields)
    if (said[field] === undefined && recorded[field]) cpe[field] = recorded[field];
  return cpe;
};

const dualStackOf = ({ ipv6Address, ipv6Prefix }: Cpe): Partial<Cpe> => {
  const address = unlessBlank(ipv6Address ?? null, parseIpAddress);
  const prefix = unlessBlank(ipv6Prefix ?? null, parseIpv6Prefix);
  return {
    ...(address !== null && { ipv6Address: address }),
    ...(prefix !== null && { ipv6Prefix: prefix }),
  };
};

/**
 * The canonical spelling of each field that has one; other text is only trimmed. It refuses
 * nothing, because people correct wrong records. Normalising twice changes nothing. The CPE is
 * complete: a dual-stack field that is absent or null is none.
 */
export const normaliseCpe = (cpe: Cpe, olt: OltFacts = UNKNOWN_OLT): Cpe => ({
  manufacturer: withoutHidden(cpe.manufacturer).trim(),
  model: withoutHidden(cpe.model).trim(),
  ipAddress: orTrimmed(parseIpAddress(cpe.ipAddress), cpe.ipAddress),
  bandwidth: { downKbps: cpe.bandwidth.downKbps, upKbps: cpe.bandwidth.upKbps },
  port: orTrimmed(parsePort(cpe.port, olt), cpe.port),
  serialNumber: unlessBlank(cpe.serialNumber, parseAnySerialNumber),
  macAddress: unlessBlank(cpe.macAddress, parseMacAddress),
  ...dualStackOf(cpe),
});

const differs: Record<CpeField, (a: Cpe, b: Cpe) => boolean> = {
  // The catalogue's match ignores case, so a different spelling is no difference.
  manufacturer: (a, b) => a.manufacturer.toLowerCase() !== b.manufacturer.toLowerCase(),
  model: (a, b) => a.model.toLowerCase() !== b.model.toLowerCase(),
  serialNumber: (a, b) => a.serialNumber !== b.serialNumber,
  macAddress: (a, b) => a.macAddress !== b.macAddress,
  ipAddress: (a, b) => a.ipAddress !== b.ipAddress,
  ipv6Address: (a, b) => a.ipv6Address !== b.ipv6Address,
  ipv6Prefix: (a, b) => a.ipv6Prefix !== b.ipv6Prefix,
  bandwidth: (a, b) =>
    a.bandwidth.downKbps !== b.bandwidth.downKbps || a.bandwidth.upKbps !== b.bandwidth.upKbps,
  port: (a, b) => a.port !== b.port,
};

/**
 * The fields in which two complete CPE records differ after normalisation, in the order of
 * `cpeFields`.
 */
export const changedFields = (before: Cpe, after: Cpe): CpeField[] => {
  const [a, b] = [normaliseCpe(before), normaliseCpe(after)];
  return cpeFields.filter((field) => differs[field](a, b));
};

/** Whether two CPE records are equal after normalisation. */
export const isSameCpe = (a: Cpe, b: Cpe): boolean => changedFields(a, b).length === 0;

import { type Cpe, type CpeField, cpeFields, dualStackFields } from './cpe.ts';
import { withoutHidden } from './fields/characters.ts';
import { parseIpAddress } from './fields/ip-address.ts';
import { parseIpv6Prefix } from './fields/ipv6-prefix.ts';
import { parseMacAddress } from './fields/mac-address.ts';
import { parsePort, UNKNOWN_OLT } from './fields/ports/parse-port.ts';
import type { OltFacts } from './fields/ports/read-port-text.ts';
import { parseAnySerialNumber } from './fields/serial-number.ts';

// Apart from the schemas of `cpe.ts`, which the first page of the portal loads without the parsers.

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

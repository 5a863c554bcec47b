import {
  type ClaimKind,
  type Cpe,
  parseAnySerialNumber,
  parseIpAddress,
  parseIpv6Prefix,
  parseMacAddress,
  parsePort,
} from '@cpe-desk/contract';

/** A value that at most one line may have, as a row of `cpe_claim`. */
export type Claim = { kind: ClaimKind; value: string };

type Read = { ok: true; value: string } | { ok: false };

const claim = (kind: ClaimKind, read: Read | null): Claim[] =>
  read?.ok ? [{ kind, value: read.value }] : [];

/** The constraints that a claim breaks where another line holds its value, or overlaps it. */
export const CLAIM_KEYS: readonly (string | undefined)[] = [
  'cpe_claim_pkey',
  'network_claim_no_overlap',
];

/** One address is claimed once, whichever field holds it. */
const addressClaims = ({ ipAddress, ipv6Address }: Cpe): Claim[] => {
  const [first, second] = [ipAddress, ipv6Address ?? ''].map((text) =>
    claim('ip-address', parseIpAddress(text)),
  );
  const isSame = first?.[0]?.value === second?.[0]?.value;
  return [...(first ?? []), ...(isSame ? [] : (second ?? []))];
};

/**
 * The claims of a line with this CPE: each value in canonical form, the port with its OLT
 * (`oltId|port`). A recorded value that breaks a rule claims nothing: it names no address, port or
 * device that another line could have.
 */
export const claimsOf = (cpe: Cpe, oltId: string | null): Claim[] => [
  ...addressClaims(cpe),
  ...(oltId === null
    ? []
    : claim('port', parsePort(cpe.port)).map(({ kind, value }) => ({
        kind,
        value: `${oltId}|${value}`,
      }))),
  ...claim(
    'serial-number',
    cpe.serialNumber === null ? null : parseAnySerialNumber(cpe.serialNumber),
  ),
  ...claim('mac-address', cpe.macAddress === null ? null : parseMacAddress(cpe.macAddress)),
  ...claim('ipv6-prefix', cpe.ipv6Prefix ? parseIpv6Prefix(cpe.ipv6Prefix) : null),
];

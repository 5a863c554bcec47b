import {
  type ClaimKind,
  type Cpe,
  parseIpAddress,
  parseMacAddress,
  parsePort,
  parseSerialNumber,
} from '@cpe-desk/contract';

/** A value that at most one line may have, as a row of `cpe_claim`. */
export type Claim = { kind: ClaimKind; value: string };

type Read = { ok: true; value: string } | { ok: false };

const claim = (kind: ClaimKind, read: Read | null): Claim[] =>
  read?.ok ? [{ kind, value: read.value }] : [];

/**
 * The claims of a line with this CPE: each value in canonical form, the port with its OLT
 * (`oltId|port`). A recorded value that breaks a rule claims nothing: it names no address, port or
 * device that another line could have.
 */
export const claimsOf = (cpe: Cpe, oltId: string | null): Claim[] => [
  ...claim('ip-address', parseIpAddress(cpe.ipAddress)),
  ...(oltId === null
    ? []
    : claim('port', parsePort(cpe.port)).map(({ kind, value }) => ({
        kind,
        value: `${oltId}|${value}`,
      }))),
  ...claim('serial-number', cpe.serialNumber === null ? null : parseSerialNumber(cpe.serialNumber)),
  ...claim('mac-address', cpe.macAddress === null ? null : parseMacAddress(cpe.macAddress)),
];

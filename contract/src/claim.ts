/** What a value is that belongs to at most one line. */
export const claimKinds = [
  'ip-address',
  'port',
  'serial-number',
  'mac-address',
  'ipv6-prefix',
] as const;
export type ClaimKind = (typeof claimKinds)[number];

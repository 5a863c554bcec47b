/** What a value is that belongs to at most one line. */
export const claimKinds = ['ip-address', 'port', 'serial-number', 'mac-address'] as const;
export type ClaimKind = (typeof claimKinds)[number];

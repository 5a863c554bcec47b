import ipaddr from 'ipaddr.js';
import { type Address, notForHosts, parseAddress, within } from './ip-address.ts';
import { accepted, type Parsed, refused } from './parsed.ts';

/** The shortest and longest prefix that a customer's CPE is delegated (RFC 8415, RFC 6177). */
const SHORTEST = 32;
const LONGEST = 64;

/** A range inside a /32 that the IANA registry keeps from hosts (AS112, RFC 7534). */
const SPECIAL_INSIDE = ipaddr.parseCIDR('2620:4f:8000::/48');

const notDelegated = (network: Address, bits: number): string | undefined =>
  notForHosts(network) ??
  (within(SPECIAL_INSIDE[0], [network, bits]) ? 'reserved in part (AS112)' : undefined);

/**
 * A delegated IPv6 prefix in CIDR notation, in the canonical form of RFC 5952. Its host bits must
 * be zero: an address inside a prefix is no prefix. With `allowedPrefixes` (CIDR) it must be inside
 * one of them.
 */
export const parseIpv6Prefix = (
  text: string,
  allowedPrefixes: readonly string[] = [],
): Parsed<string, 'not-a-prefix' | 'outside-allowed-prefixes'> => {
  const [, host = '', length = ''] = /^([^/]+)\/(\d{1,3})$/.exec(text.trim()) ?? [];
  const address = parseAddress(host);
  const bits = Number(length);
  if (!(address instanceof ipaddr.IPv6) || bits < SHORTEST || bits > LONGEST)
    return refused(
      'not-a-prefix',
      `Give an IPv6 prefix of /${SHORTEST} to /${LONGEST} such as 2a02:908:4b00:7f00::/56`,
    );
  const network = ipaddr.IPv6.networkAddressFromCIDR(`${address}/${bits}`);
  const canonical = `${network.toRFC5952String()}/${bits}`;
  if (network.toString() !== address.toString())
    return refused(
      'not-a-prefix',
      `Give ${canonical}, if that is the prefix: the bits after /${bits} must be zero`,
    );
  const special = notDelegated(network, bits);
  if (special)
    return refused('not-a-prefix', `Give the prefix of a customer: ${canonical} is ${special}`);
  const holds = (allowed: string): boolean => {
    const [outer, outerBits] = ipaddr.parseCIDR(allowed);
    return outerBits <= bits && within(network, [outer, outerBits]);
  };
  if (allowedPrefixes.length > 0 && !allowedPrefixes.some(holds))
    return refused(
      'outside-allowed-prefixes',
      `Give a prefix inside ${allowedPrefixes.join(', ')}`,
    );
  return accepted(canonical);
};

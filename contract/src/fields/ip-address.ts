import ipaddr from 'ipaddr.js';
import { accepted, type Parsed, refused } from './parsed.ts';

type Refusal = 'not-an-address' | 'not-a-host-address' | 'outside-allowed-prefixes';
export type Address = ipaddr.IPv4 | ipaddr.IPv6;

/**
 * Four decimal parts without leading zeros: `010.1.1.1` is octal to some systems (RFC 6943 3.1.1).
 */
const STRICT_IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/;

/**
 * Not assignable to a CPE, by the IANA IPv4 and IPv6 special-purpose registries. Private, shared
 * (CGNAT) and unique-local addresses stay allowed.
 */
const NOT_FOR_HOSTS: ReadonlyArray<readonly [prefix: string, purpose: string]> = [
  ['0.0.0.0/8', 'unspecified'],
  ['127.0.0.0/8', 'loopback'],
  ['169.254.0.0/16', 'link-local'],
  ['192.0.0.0/24', 'reserved for protocol assignments'],
  ['192.0.2.0/24', 'documentation'],
  ['192.31.196.0/24', 'reserved (AS112)'],
  ['192.52.193.0/24', 'reserved (AMT)'],
  ['192.88.99.0/24', 'reserved (6to4 relay)'],
  ['192.175.48.0/24', 'reserved (AS112)'],
  ['198.18.0.0/15', 'benchmarking'],
  ['198.51.100.0/24', 'documentation'],
  ['203.0.113.0/24', 'documentation'],
  ['224.0.0.0/4', 'multicast'],
  ['255.255.255.255/32', 'broadcast'],
  ['240.0.0.0/4', 'reserved'],
  ['::/128', 'unspecified'],
  ['::1/128', 'loopback'],
  ['::ffff:0:0/96', 'IPv4-mapped'],
  ['2001::/23', 'reserved for protocol assignments'],
  ['2001:db8::/32', 'documentation'],
  ['2002::/16', 'reserved (6to4)'],
  ['2620:4f:8000::/48', 'reserved (AS112)'],
  ['3fff::/20', 'documentation'],
  ['fe80::/10', 'link-local'],
  ['ff00::/8', 'multicast'],
];
const NOT_FOR_HOSTS_RANGES = NOT_FOR_HOSTS.map(([prefix, purpose]) => ({
  range: ipaddr.parseCIDR(prefix),
  purpose,
}));

/** The only IPv6 prefixes for hosts: global unicast (RFC 4291 2.4) and unique local (RFC 4193). */
const IPV6_HOST_SPACE = ['2000::/3', 'fc00::/7'].map((prefix) => ipaddr.parseCIDR(prefix));

export const within = (address: Address, [network, bits]: [Address, number]): boolean =>
  address.kind() === network.kind() && address.match(network, bits);

/**
 * The last 32 bits of IPv6 may be written as IPv4 (RFC 4291 2.2). The library also accepts octal
 * and hex there.
 */
const hasStrictTail = (text: string): boolean =>
  !text.includes('.') || STRICT_IPV4.test(text.slice(text.lastIndexOf(':') + 1));

/** An address in a strict spelling; undefined for any other text. */
export const parseAddress = (text: string): Address | undefined => {
  if (STRICT_IPV4.test(text)) return ipaddr.IPv4.parse(text);
  const isIpv6 =
    text.includes(':') && !text.includes('%') && hasStrictTail(text) && ipaddr.IPv6.isValid(text);
  return isIpv6 ? ipaddr.IPv6.parse(text) : undefined;
};

const canonical = (address: Address): string =>
  address instanceof ipaddr.IPv6 ? address.toRFC5952String() : address.toString();

/** Why no host has this address, by the IANA registries; undefined where one can. */
export const notForHosts = (address: Address): string | undefined => {
  const special = NOT_FOR_HOSTS_RANGES.find(({ range }) => within(address, range));
  if (special) return special.purpose;
  if (address.kind() === 'ipv4' || IPV6_HOST_SPACE.some((range) => within(address, range)))
    return undefined;
  return 'reserved';
};

/**
 * The first and last address of an IPv4 prefix name the network and all its hosts (RFC 919, RFC
 * 950). A /31 and a /32 have neither (RFC 3021).
 */
const isNetworkOrBroadcast = (address: Address, prefix: string): boolean => {
  const [, bits] = ipaddr.parseCIDR(prefix);
  const text = canonical(address);
  if (address.kind() === 'ipv6')
    return bits < 127 && text === ipaddr.IPv6.networkAddressFromCIDR(prefix).toRFC5952String();
  if (bits > 30) return false;
  return (
    text === ipaddr.IPv4.networkAddressFromCIDR(prefix).toString() ||
    text === ipaddr.IPv4.broadcastAddressFromCIDR(prefix).toString()
  );
};

/**
 * Whether `text` is a prefix in CIDR notation, as in `CPE_ALLOWED_PREFIXES`. The library reads
 * `10/8` as 0.0.0.10/8.
 */
export const isPrefix = (text: string): boolean =>
  parseAddress(text.replace(/\/.*$/, '')) !== undefined && ipaddr.isValidCIDR(text);

/**
 * A prefix in canonical form; undefined where host bits are set (`10.20.0.7/24` means an address)
 * or where it has one address only.
 */
export const readNetwork = (text: string): string | undefined => {
  if (!text.includes('/') || !isPrefix(text)) return undefined;
  const [address, bits] = ipaddr.parseCIDR(text);
  const kind = address.kind() === 'ipv6' ? ipaddr.IPv6 : ipaddr.IPv4;
  const network = canonical(kind.networkAddressFromCIDR(text));
  const isOneAddress = bits === address.toByteArray().length * 8;
  return network === canonical(address) && !isOneAddress ? `${network}/${bits}` : undefined;
};

const bitsOf = { ipv4: 24, ipv6: 64 };

/**
 * The /24 (IPv4) or /64 (IPv6) of an address, in CIDR notation; undefined for an address that no
 * host can have.
 */
export const networkOf = (text: string): string | undefined => {
  const address = parseAddress(text);
  if (!address || notForHosts(address)) return undefined;
  const bits = bitsOf[address.kind()];
  const network = address instanceof ipaddr.IPv6 ? ipaddr.IPv6 : ipaddr.IPv4;
  return `${canonical(network.networkAddressFromCIDR(`${address}/${bits}`))}/${bits}`;
};

/**
 * A CPE's address: strict IPv4, or IPv6 in the canonical form of RFC 5952. With `allowedPrefixes`
 * (CIDR) it must be in one of them and be neither its network nor its broadcast address.
 */
export const parseIpAddress = (
  text: string,
  allowedPrefixes: readonly string[] = [],
): Parsed<string, Refusal> => {
  const address = parseAddress(text.trim());
  if (!address)
    return refused(
      'not-an-address',
      text.includes('/')
        ? 'Give one address without the length of its prefix; a delegated IPv6 prefix is a field of its own'
        : 'Give an IPv4 address such as 10.20.0.7 (no leading zeros) or an IPv6 address',
    );
  const special = notForHosts(address);
  if (special)
    return refused(
      'not-a-host-address',
      address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress()
        ? `${text.trim()} is an IPv4 address in IPv6; give ${address.toIPv4Address()}`
        : `${canonical(address)} is ${special}; give the address of a host`,
    );
  if (allowedPrefixes.length === 0) return accepted(canonical(address));
  const holding = allowedPrefixes.filter((prefix) => within(address, ipaddr.parseCIDR(prefix)));
  if (holding.length === 0)
    return refused(
      'outside-allowed-prefixes',
      `Give an address inside ${allowedPrefixes.join(', ')}`,
    );
  if (holding.some((prefix) => isNetworkOrBroadcast(address, prefix)))
    return refused(
      'not-a-host-address',
      `${canonical(address)} is the network or broadcast address of its prefix`,
    );
  return accepted(canonical(address));
};

/** A CPE's IPv6 address beside its IPv4 address, by the rules of `parseIpAddress`. */
export const parseIpv6Address = (
  text: string,
  allowedPrefixes: readonly string[] = [],
): Parsed<string, Refusal> =>
  parseAddress(text.trim())?.kind() === 'ipv6'
    ? parseIpAddress(text, allowedPrefixes)
    : refused(
        'not-an-address',
        'Give an IPv6 address such as 2a02:908::7; an IPv4 address belongs in ipAddress',
      );

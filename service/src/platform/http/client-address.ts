import { isIP, SocketAddress } from 'node:net';
import type { FastifyInstance } from 'fastify';

const BRACKETS = /^\[([^\]]*)\](?::\d{1,5})?$/;
const IPV4_WITH_PORT = /^([\d.]+):\d{1,5}$/;
const MAPPED_IPV4 = /^::ffff:(?=\d+\.)/;

/**
 * An address in one form: without port, brackets and zone, IPv6 as in RFC 5952, an IPv4-mapped
 * address as IPv4. Undefined: not an address.
 */
export const plainAddress = (text: string): string | undefined => {
  const address = (BRACKETS.exec(text) ?? IPV4_WITH_PORT.exec(text))?.[1] ?? text;
  const version = isIP(address);
  if (version === 0) return undefined;
  const family = version === 6 ? 'ipv6' : 'ipv4';
  return new SocketAddress({ address, family }).address.replace(MAPPED_IPV4, '');
};

/**
 * The unit of a limit: an IPv4 address, or the /64 of an IPv6 address, which one customer has
 * alone.
 */
export const networkOfClient = (address: string): string => {
  if (!address.includes(':')) return address;
  const [head = '', tail] = address.split('::').map((part) => part.split(':').filter(Boolean));
  const zeros = tail === undefined ? [] : Array(8 - head.length - tail.length).fill('0');
  return [...head, ...zeros, ...(tail ?? [])].slice(0, 4).join(':');
};

/** The addresses of an `X-Forwarded-For`. Entries to the left of an invalid one are not trusted. */
const plainAddresses = (header: string): string[] => {
  const addresses = header.split(',').map((entry) => plainAddress(entry.trim()));
  return addresses
    .slice(addresses.lastIndexOf(undefined) + 1)
    .filter((address) => address !== undefined);
};

/**
 * Normalises `X-Forwarded-For` before any other code reads it: gateways write ports and brackets,
 * and each port would count as an address. Invalid entries are removed, so the request counts as
 * the proxy's.
 */
export const readForwardedAddresses = ({ server }: Pick<FastifyInstance, 'server'>): void => {
  server.prependListener('request', ({ headers }) => {
    const header = headers['x-forwarded-for'];
    if (header === undefined) return;
    const addresses = plainAddresses([header].flat().join(','));
    if (addresses.length > 0) headers['x-forwarded-for'] = addresses.join(', ');
    else delete headers['x-forwarded-for'];
  });
};

/** The address of a request, in one form. A closed connection has no address. */
export const addressOf = ({ ip }: { ip: string | undefined }): string =>
  plainAddress(ip ?? '') ?? 'unknown';

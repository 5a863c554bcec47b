/** Texts of one value, in each spelling of the field. */
import ipaddr from 'ipaddr.js';
import { parseIpAddress } from '../../fields/ip-address.ts';
import { parseIpv6Prefix } from '../../fields/ipv6-prefix.ts';
import { parseMacAddress } from '../../fields/mac-address.ts';
import { parseMakerSerialNumber, parseSerialNumber } from '../../fields/serial-number.ts';

/** What programs print for an empty value. */
const NOTHING =
  /^(?:[-–—.*_\s]*|n\/?a|null|nil|none|unknown|undefined|empty|not (?:set|available)|0x0+)$/i;

export const isNothing = (text: string): boolean => NOTHING.test(text.trim());

/** A spreadsheet's form of a long number: `4,85754E+15`. */
export const isDamagedNumber = (text: string): boolean =>
  /^\d+(?:[.,]\d+)?E\+\d+$/i.test(text.trim());

export const unquoted = (text: string): string =>
  text
    .trim()
    .replace(/^(["'“”])(.*)["'“”]$/s, '$2')
    .replaceAll('""', '"')
    .trim();

export const readSerial = (text: string): string | undefined => {
  const parsed = parseSerialNumber(text);
  return parsed.ok ? parsed.value : undefined;
};

/**
 * A serial number in another form, as a maker prints it on devices without PON. Fewer than three
 * digits are rather a word.
 */
export const readMakerSerial = (text: string): string | undefined => {
  const parsed = parseMakerSerialNumber(text);
  return parsed.ok && /\d.*\d.*\d/.test(text) ? parsed.value : undefined;
};

export const readMac = (text: string): string | undefined => {
  const parsed = parseMacAddress(text);
  return parsed.ok ? parsed.value : undefined;
};

export type ReadAddress = { kind: 'v4' | 'v6' | 'prefix'; value: string; isWithLength: boolean };

/**
 * A host address, with or without the length of its prefix; or a delegated IPv6 prefix (RFC 8415).
 */
export const readAddress = (text: string): ReadAddress | undefined => {
  const word = text
    .trim()
    .replace(/[;,]$/, '')
    .replace(/^\[(.*)\]$/, '$1');
  const prefix = parseIpv6Prefix(word);
  if (prefix.ok) return { kind: 'prefix', value: prefix.value, isWithLength: true };
  const [host = '', length] = word.split('/', 2);
  if (length !== undefined && !/^\d{1,3}$/.test(length)) return undefined;
  const parsed = parseIpAddress(host);
  if (!parsed.ok || isNetwork(parsed.value, Number(length ?? 32))) return undefined;
  const kind = parsed.value.includes(':') ? 'v6' : 'v4';
  return { kind, value: parsed.value, isWithLength: length !== undefined };
};

/** `10.20.0.0/24` names a network: no host of it has the address. */
const isNetwork = (address: string, bits: number): boolean =>
  bits < 31 &&
  !address.includes(':') &&
  ipaddr.IPv4.networkAddressFromCIDR(`${address}/${bits}`).toString() === address;

/** A value that shows by its form what it identifies. */
export const isIdentity = (word: string): boolean =>
  (readSerial(word) ?? readMac(word) ?? readAddress(word)) !== undefined;

/** `HWTC1A2B3C4D/3c:15:fb:00:12:34` as its values; any other word as it is. */
export const splitIdentities = (word: string): string[] => {
  const parts = word.split('/');
  return parts.every(isIdentity) ? parts : [word];
};

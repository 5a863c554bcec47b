/** Texts of one value, in each spelling of the field. */
import ipaddr from 'ipaddr.js';
import { parseIpAddress } from '../../fields/ip-address.ts';
import { parseMacAddress } from '../../fields/mac-address.ts';
import { parseSerialNumber } from '../../fields/serial-number.ts';

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

/** A serial number in another form, as a maker prints it on devices without PON. */
export const readMakerSerial = (text: string): string | undefined => {
  const upper = text.trim().toUpperCase();
  const isForm = /^[A-Z0-9](?:[A-Z0-9-]{2,30})[A-Z0-9]$/.test(upper) && /\d/.test(upper);
  return isForm && !/^0+$/.test(upper) ? upper : undefined;
};

export const readMac = (text: string): string | undefined => {
  const parsed = parseMacAddress(text);
  return parsed.ok ? parsed.value : undefined;
};

export type ReadAddress = { kind: 'v4' | 'v6' | 'prefix'; value: string; isWithLength: boolean };

const PREFIX = /^(?<network>[0-9a-f:]+::)\/(?<bits>\d{1,3})$/i;

/**
 * A host address, with or without the length of its prefix; or a delegated IPv6 prefix (RFC 8415).
 */
export const readAddress = (text: string): ReadAddress | undefined => {
  const word = text.trim().replace(/[;,]$/, '');
  const prefix = PREFIX.exec(word)?.groups;
  if (prefix?.network && Number(prefix.bits) >= 32 && Number(prefix.bits) <= 64)
    return readPrefix(prefix.network, Number(prefix.bits));
  const [host = '', length] = word.split('/', 2);
  if (length !== undefined && !/^\d{1,3}$/.test(length)) return undefined;
  const parsed = parseIpAddress(host);
  if (!parsed.ok) return undefined;
  const kind = parsed.value.includes(':') ? 'v6' : 'v4';
  return { kind, value: parsed.value, isWithLength: length !== undefined };
};

/** A network whose host bits are zero, as an ISP delegates it. */
const readPrefix = (network: string, bits: number): ReadAddress | undefined => {
  if (!ipaddr.IPv6.isValid(network)) return undefined;
  const address = ipaddr.IPv6.networkAddressFromCIDR(`${network}/${bits}`);
  const value = address.toRFC5952String();
  const isNetwork = ipaddr.IPv6.parse(network).toRFC5952String() === value;
  // One host of the network shows whether it is a network for hosts.
  const isForHosts = parseIpAddress(`${value}1`).ok;
  return isNetwork && isForHosts
    ? { kind: 'prefix', value: `${value}/${bits}`, isWithLength: true }
    : undefined;
};

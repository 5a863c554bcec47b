/** Texts of one value, in each spelling of the field. */
import ipaddr from 'ipaddr.js';
import type { Bandwidth } from '../../fields/bandwidth.ts';
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

export type ReadRate = { kbps: number } | { either: [number, number] };

const FACTORS: Readonly<Record<string, number>> = { k: 1, m: 1000, g: 1_000_000, t: 1_000_000_000 };
const RATE =
  /^(?<number>\d+(?:[.,' ]\d+)*)\s*(?<unit>[kmgt])?(?:i?b(?:it)?s?(?:\/s(?:ec)?|ps)?)?$/i;

const exact = (kbps: number): number => Number(kbps.toFixed(6));

/** The numbers that digits with separators may mean: `1.000` is one, or a thousand. */
const numbersOf = (text: string): number[] => {
  const marks = text.replaceAll(/\d/g, '');
  if (marks === '') return [Number(text)];
  const isGrouped = /^\d{1,3}(?:[.,' ]\d{3})+$/.test(text) && new Set(marks).size === 1;
  const whole = Number(text.replaceAll(/[^\d]/g, ''));
  if (isGrouped && (marks.length > 1 || /['\s]/.test(marks))) return [whole];
  if (marks.length > 1) {
    const decimal = /^\d{1,3}(?:([.,' ])\d{3})+(?!\1)[.,]\d+$/.exec(text);
    if (!decimal) return [];
    const at = Math.max(text.lastIndexOf('.'), text.lastIndexOf(','));
    return [Number(`${text.slice(0, at).replaceAll(/[^\d]/g, '')}.${text.slice(at + 1)}`)];
  }
  const fraction = Number(text.replace(',', '.'));
  return isGrouped ? [fraction, whole] : Number.isNaN(fraction) ? [] : [fraction];
};

/**
 * A rate in kbit/s; `unitless` is the unit where none is given. Two rates where it may be either.
 */
export const readRate = (text: string, unitless: 'k' | 'm' | null): ReadRate | undefined => {
  const groups = RATE.exec(text.trim())?.groups;
  if (!groups?.number) return undefined;
  const unit = groups.unit?.toLowerCase() ?? unitless;
  if (unit === null) return undefined;
  const [first, second] = numbersOf(groups.number).map((each) =>
    exact(each * (FACTORS[unit] ?? 1)),
  );
  if (first === undefined) return undefined;
  return second === undefined ? { kbps: first } : { either: [first, second] };
};

export type ReadRates = { bandwidth: Bandwidth } | { either: Bandwidth[] };

const unitIn = (text: string): 'k' | 'm' | 'g' | undefined => {
  const unit = RATE.exec(text.trim())?.groups?.unit?.toLowerCase();
  return unit === 'k' || unit === 'm' || unit === 'g' ? unit : undefined;
};

const choices = (rate: ReadRate): number[] => ('kbps' in rate ? [rate.kbps] : rate.either);

/**
 * Down and up as one text: `100/50` (a plan's name: Mbit/s), `1G/500M`, `100M_20M`, `1 Gbit/s
 * symmetrical`.
 */
export const readRates = (text: string): ReadRates | undefined => {
  // The slash of `Mbit/s` separates nothing.
  const plain = text.trim().replaceAll(/(bit|b)\/s(?:ec)?/gi, '$1ps');
  const symmetrical = /^(.*\S)\s+(?:symmetric(?:al)?|sym|synchron|symmetrisch)$/i.exec(plain)?.[1];
  const [down, up, ...more] = symmetrical ? [symmetrical, symmetrical] : plain.split(/\s*[/_|]\s*/);
  if (down === undefined || up === undefined || more.length > 0) return undefined;
  const withUnit = (part: string): ReadRate | undefined =>
    unitIn(part)
      ? readRate(part, null)
      : readRate(`${part.trim()}${unitIn(up) ?? unitIn(down) ?? 'm'}`, null);
  const [downRate, upRate] = [withUnit(down), withUnit(up)];
  if (!downRate || !upRate) return undefined;
  const all = choices(downRate).flatMap((downKbps) =>
    choices(upRate).map((upKbps) => ({ downKbps, upKbps })),
  );
  const [only, ...others] = all;
  return only && others.length === 0 ? { bandwidth: only } : { either: all };
};

import { accepted, type Parsed, refused } from './parsed.ts';

const TWELVE = /^[A-Z]{4}[0-9A-F]{8}$/;
const SIXTEEN = /^[0-9A-F]{16}$/;

/** A to Z only: `toUpperCase` would turn the ligature U+FB00 into two hex digits. */
const upperCase = (text: string): string =>
  text.replaceAll(/[a-z]/g, (letter) => letter.toUpperCase());

const vendorFromHex = (hex: string): string =>
  String.fromCharCode(...(hex.match(/../g) ?? []).map((byte) => Number.parseInt(byte, 16)));

/**
 * Between the vendor id and the digits, and between bytes: `HWTC-1A2B3C4D`, `ALCL:F977:2423`,
 * `HWTC1A2B-3C4D`, `48 57 54 43 …`, `4857 5443 …`.
 */
const SEPARATED =
  /^(?:[A-Z]{4}[-:_. ]?[0-9A-F]{4}[-: ]?[0-9A-F]{4}|[0-9A-F]{2}(?:[-: ][0-9A-F]{2}){7}|[0-9A-F]{4}(?:[-: ][0-9A-F]{4}){3}|[0-9A-F]{8}[-: ][0-9A-F]{8})$/;

/**
 * A PON serial number in its 12-character form: vendor id of 4 letters and 8 hex digits (ITU-T
 * G.984.3 9.2.4.1), in any spelling that OLTs and devices print. 16 hex digits carry the vendor id
 * as ASCII codes.
 */
export const parseSerialNumber = (text: string): Parsed<string, 'not-a-serial'> => {
  const typed = upperCase(text.trim()).replace(/^0X/, '');
  const upper = SEPARATED.test(typed) ? typed.replaceAll(/[-:_. ]/g, '') : typed;
  const serial = SIXTEEN.test(upper) ? vendorFromHex(upper.slice(0, 8)) + upper.slice(8) : upper;
  if (!TWELVE.test(serial))
    return refused(
      'not-a-serial',
      'Give 4 letters and 8 hex digits, for example HWTC1A2B3C4D, or 16 hex digits',
    );
  if (serial.endsWith('00000000'))
    return refused(
      'not-a-serial',
      'The digits after the vendor id are all zero: that is a placeholder',
    );
  return accepted(serial);
};

/** What makers print on devices without PON. A word without a digit, such as UNKNOWN, is none. */
const OF_MAKER = /^(?=.*[1-9])[A-Z0-9][A-Z0-9-]{2,30}[A-Z0-9]$/;

/** A serial number as makers print it on devices without PON, in upper case. */
export const parseMakerSerialNumber = (text: string): Parsed<string, 'not-a-serial'> => {
  const upper = upperCase(text.trim());
  return OF_MAKER.test(upper)
    ? accepted(upper)
    : refused('not-a-serial', 'Give 4 to 32 of A-Z, 0-9 and -, with a digit, as on the label');
};

/**
 * A serial number of any device: the PON form where it is one, else the maker's. It does not depend
 * on the model, so a device has one spelling whatever its line records.
 */
export const parseAnySerialNumber = (text: string): Parsed<string, 'not-a-serial'> => {
  const pon = parseSerialNumber(text);
  return pon.ok ? pon : parseMakerSerialNumber(text);
};

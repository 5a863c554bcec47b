import { accepted, type Parsed, refused } from './parsed.ts';

const TWELVE = /^[A-Z]{4}[0-9A-F]{8}$/;
const SIXTEEN = /^[0-9A-F]{16}$/;

/** A to Z only: `toUpperCase` would turn the ligature U+FB00 into two hex digits. */
const upperCase = (text: string): string =>
  text.replaceAll(/[a-z]/g, (letter) => letter.toUpperCase());

const vendorFromHex = (hex: string): string =>
  String.fromCharCode(...(hex.match(/../g) ?? []).map((byte) => Number.parseInt(byte, 16)));

/**
 * Between the vendor id and the digits, and between bytes: `HWTC-1A2B3C4D`, `ALCL:F977:2423`, `48
 * 57 54 43 …`.
 */
const SEPARATED =
  /^(?:[A-Z]{4}[-: ][0-9A-F]{4}[-: ]?[0-9A-F]{4}|[0-9A-F]{2}(?:[-: ][0-9A-F]{2}){7}|[0-9A-F]{8}[-: ][0-9A-F]{8})$/;

/**
 * A PON serial number in its 12-character form: vendor id of 4 letters and 8 hex digits (ITU-T
 * G.984.3 9.2.4.1), in any spelling that OLTs and devices print. 16 hex digits carry the vendor id
 * as ASCII codes.
 */
export const parseSerialNumber = (text: string): Parsed<string, 'not-a-serial'> => {
  const typed = upperCase(text.trim()).replace(/^0X/, '');
  const upper = SEPARATED.test(typed) ? typed.replaceAll(/[-: ]/g, '') : typed;
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

import { accepted, type Parsed, refused } from './parsed.ts';

const SPELLINGS = [
  /^[0-9a-f]{12}$/,
  /^[0-9a-f]{2}(?::[0-9a-f]{2}){5}$/,
  /^[0-9a-f]{2}(?:-[0-9a-f]{2}){5}$/,
  /^[0-9a-f]{4}(?:\.[0-9a-f]{4}){2}$/,
  /^[0-9a-f]{4}(?:-[0-9a-f]{4}){2}$/,
];

/** A device's MAC address as `aa:bb:cc:dd:ee:ff`. The group bit (IEEE 802) marks multicast, which no device has. */
export const parseMacAddress = (text: string): Parsed<string, 'not-a-mac'> => {
  const lower = text.trim().toLowerCase();
  if (!SPELLINGS.some((spelling) => spelling.test(lower)))
    return refused('not-a-mac', 'Give 12 hex digits, for example 3c:15:fb:00:12:34');
  const digits = lower.replaceAll(/[^0-9a-f]/g, '');
  if (/^0+$/.test(digits)) return refused('not-a-mac', 'All zero is not a device’s address');
  if (Number.parseInt(digits.slice(0, 2), 16) % 2 === 1)
    return refused('not-a-mac', 'This is a multicast or broadcast address; give the device’s own');
  return accepted(digits.replaceAll(/(..)(?!$)/g, '$1:'));
};

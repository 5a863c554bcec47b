import { accepted, type Parsed, refused } from './parsed.ts';

/**
 * Groups of 2, 4 or 6 digits; groups of 2 may lack a leading zero (SNMP's `6a:93:3:9a:9c:5b`), and
 * SNMP's Hex-STRING has spaces.
 */
const SPELLINGS: readonly (readonly [spelling: RegExp, group: number])[] = [
  [/^[0-9a-f]{12}$/, 12],
  [/^[0-9a-f]{1,2}([:-])[0-9a-f]{1,2}(?:\1[0-9a-f]{1,2}){4}$/, 2],
  [/^[0-9a-f]{2}([. ])[0-9a-f]{2}(?:\1[0-9a-f]{2}){4}$/, 2],
  [/^[0-9a-f]{4}([:.-])[0-9a-f]{4}\1[0-9a-f]{4}$/, 4],
  [/^[0-9a-f]{6}[:.-][0-9a-f]{6}$/, 6],
];

/**
 * A DHCP client identifier begins with the hardware type 01 (RFC 2132, 9.14); Cisco writes it in
 * groups of four, `013c.15fb.0012.34`.
 */
const CLIENT_ID =
  /^(?:0?1([:-])(?=(?:[0-9a-f]{1,2}\1){5}[0-9a-f]{1,2}$)|01(?=[0-9a-f]{12}$)|01(?=[0-9a-f]{2}\.[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{2}$))/;

/**
 * A device's MAC address as `aa:bb:cc:dd:ee:ff`. The group bit (IEEE 802) marks multicast, which no
 * device has.
 */
export const parseMacAddress = (text: string): Parsed<string, 'not-a-mac'> => {
  const typed = text.trim().toLowerCase().replace(/^0x/, '');
  const id = typed.replace(CLIENT_ID, '');
  // What is left of Cisco's groups of four is in groups of its own.
  const lower = id === typed ? id : id.replaceAll('.', '');
  const group = SPELLINGS.find(([spelling]) => spelling.test(lower))?.[1];
  if (!group) return refused('not-a-mac', 'Give 12 hex digits, for example 3c:15:fb:00:12:34');
  const digits = lower
    .split(/[:. -]/)
    .map((part) => part.padStart(group, '0'))
    .join('');
  if (/^0+$/.test(digits)) return refused('not-a-mac', 'All zero is not a device’s address');
  if (Number.parseInt(digits.slice(0, 2), 16) % 2 === 1)
    return refused('not-a-mac', 'This is a multicast or broadcast address; give the device’s own');
  return accepted(digits.replaceAll(/(..)(?!$)/g, '$1:'));
};

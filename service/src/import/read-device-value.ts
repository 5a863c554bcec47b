import {
  type FormField,
  formatPort,
  isDamagedNumber,
  isNothing,
  type OltFacts,
  parseAnySerialNumber,
  parseIpAddress,
  parseIpv6Prefix,
  parseMacAddress,
  parsePort,
  type ReadFields,
  readFieldText,
  readPortText,
  UNKNOWN_OLT,
} from '@cpe-desk/contract';

/* Values of a recorded CPE: each usual spelling in its canonical form, so that the same device is
 * the same claim. A value that names nothing (`N/A`, `0.0.0.0`) is none. A value that breaks a rule
 * for new values, such as a link-local address, is recorded: correcting it is the desk's job. */

/** The value, empty where the text names none; else what would be right. */
export type Read = { ok: true; value: string } | { ok: false; code: string; detail: string };

const NONE: Read = { ok: true, value: '' };

/** The one value that the reader of device texts takes from a text. */
const readOne = (
  field: FormField,
  text: string,
  from: (keyof ReadFields)[],
): string | undefined => {
  const { fields } = readFieldText(field, text, UNKNOWN_OLT);
  const read = Object.entries(fields);
  const [only] = read;
  if (read.length !== 1 || !only || !from.some((name) => name === only[0])) return undefined;
  const { value } = only[1];
  return typeof value === 'string' ? value : undefined;
};

const damaged: Read = {
  ok: false,
  code: 'damaged-by-spreadsheet',
  detail: 'A spreadsheet turned this into a number; copy it from the device or its label',
};

/** Reads what the field's parser refuses: a placeholder, or one of the reader's other spellings. */
const orRead = (
  parsed: Read,
  text: string,
  { field, from, none }: { field: FormField; from: (keyof ReadFields)[]; none: RegExp },
): Read => {
  if (parsed.ok) return parsed;
  if (isNothing(text) || none.test(text.trim())) return NONE;
  if (isDamagedNumber(text)) return damaged;
  const value = readOne(field, text, from);
  return value === undefined ? parsed : { ok: true, value };
};

/** A text that is an address, but of no host. It names no device that another line could have. */
const asRecorded = (parsed: Read, text: string): Read =>
  !parsed.ok && parsed.code === 'not-a-host-address' ? { ok: true, value: text.trim() } : parsed;

export const readIpAddress = (text: string): Read =>
  asRecorded(
    orRead(parseIpAddress(text), text, {
      field: 'address',
      from: ['ipAddress', 'ipv6Address'],
      none: /^(?:0\.0\.0\.0|::)$/,
    }),
    text,
  );

export const readIpv6Prefix = (text: string): Read =>
  orRead(parseIpv6Prefix(text), text, { field: 'address', from: ['ipv6Prefix'], none: /^::\/0$/ });

export const readSerialNumber = (text: string): Read =>
  orRead(parseAnySerialNumber(text), text, {
    field: 'serialNumber',
    from: ['serialNumber'],
    none: /^(?:[A-Z]{4}[-: ]?)?0+$/i,
  });

export const readMacAddress = (text: string): Read =>
  orRead(parseMacAddress(text), text, {
    field: 'macAddress',
    from: ['macAddress'],
    none: /^[0:.\-\s]+$/,
  });

/** A manufacturer or a model; a placeholder is none. */
export const readName = (text: string): string => (isNothing(text) ? '' : text.trim());

/**
 * A port by the line's OLT, in the stored form; also one that this OLT does not have. Without an
 * OLT, nothing says how the text is to be read: it stays.
 */
export const readPort = (text: string, olt: OltFacts | undefined): Read => {
  if (isNothing(text)) return NONE;
  if (!olt) return { ok: true, value: text.trim() };
  const reading = readPortText(text, olt);
  return reading?.kind === 'port'
    ? { ok: true, value: formatPort(reading.port) }
    : parsePort(text, olt);
};

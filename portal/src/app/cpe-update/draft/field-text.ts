import {
  type FormField,
  type OltFacts,
  type ReadField,
  readFieldText,
  UNKNOWN_OLT,
} from '@cpe-desk/contract';
import { words } from '../../words/words.ts';

/** What a typed or pasted text is for its field. */
export type SettledText = {
  /** The value in its canonical spelling; the text as it was typed where it is none, or several. */
  text: string;
  /** What was left out of the text, and what it may mean. */
  notes: string[];
};

/** The reader's field of a field of the form, and those that it may fill, the first one first. */
const readers: Readonly<Record<string, readonly [FormField, ...ReadField[]]>> = {
  serialNumber: ['serialNumber', 'serialNumber'],
  macAddress: ['macAddress', 'macAddress'],
  ipAddress: ['address', 'ipAddress', 'ipv6Address'],
  ipv6Address: ['address', 'ipv6Address'],
  ipv6Prefix: ['address', 'ipv6Prefix'],
  port: ['port', 'port'],
};

/**
 * Several addresses that were typed into one field, by the field of each: `10.20.0.7, 2a02:908::7`.
 * Undefined where there is one, or where a part of the text has no certain meaning.
 */
export const typedAddresses = (
  field: string,
  typed: string,
): { ipAddress?: string; ipv6Address?: string; ipv6Prefix?: string } | undefined => {
  if (readers[field]?.[0] !== 'address') return undefined;
  const { fields } = readFieldText('address', typed, UNKNOWN_OLT);
  const [ipv4, ipv6, prefix] = [fields.ipAddress, fields.ipv6Address, fields.ipv6Prefix].map(
    (read) => read?.value ?? undefined,
  );
  const count = [ipv4, ipv6, prefix].filter(Boolean).length;
  if (count < 2 || typed.split(/[\s,;]+/).filter(Boolean).length !== count) return undefined;
  return {
    // An IPv6-only CPE has its address in the first field.
    ...(field === 'ipAddress' && !ipv4 ? { ipAddress: ipv6 } : ipv6 && { ipv6Address: ipv6 }),
    ...(ipv4 && { ipAddress: ipv4 }),
    ...(prefix && { ipv6Prefix: prefix }),
  };
};

/** Whether one word of several is the whole value: the others are a remark beside it. */
const hasRemark = (reader: FormField, typed: string, value: string, olt: OltFacts): boolean => {
  const words = typed.trim().split(/[\s(),;]+/);
  return (
    words.length > 1 &&
    words.some((word) =>
      Object.values(readFieldText(reader, word, olt).fields).some((read) => read.value === value),
    )
  );
};

/** Reads a text for one field, with the reader of pasted texts. A rate is read elsewhere. */
export const settleText = (field: string, typed: string, olt: OltFacts): SettledText => {
  const reader = readers[field];
  if (!reader) return { text: typed.trim(), notes: [] };
  const [formField, ...fills] = reader;
  const { fields, notes, invisible } = readFieldText(formField, typed, olt);
  const { leftOut } = words().cpeUpdate;
  const found = fills.map((fill) => fields[fill]).find((read) => read !== undefined);
  const hidden = invisible > 0 ? [leftOut.invisible(invisible)] : [];
  const others = (found?.alternatives ?? []).map(({ value }) => String(value));
  if (others.length > 0) return { text: typed, notes: [...hidden, leftOut.several(others)] };
  if (typeof found?.value !== 'string') return { text: typed.trim(), notes: hidden };
  const isWithLength = notes.some(({ code }) => code === 'prefix-length-left-out');
  if (isWithLength) return { text: found.value, notes: [...hidden, leftOut.prefix(typed.trim())] };
  const rest = hasRemark(formField, typed, found.value, olt) ? [leftOut.rest(typed.trim())] : [];
  return { text: found.value, notes: [...hidden, ...rest] };
};

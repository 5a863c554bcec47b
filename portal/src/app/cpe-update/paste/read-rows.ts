import type { DeviceReading, ReadField, SourceLine } from '@cpe-desk/contract';
import type { CpeDraft, DraftField } from '../draft/cpe-draft.ts';

type Device = DeviceReading['devices'][number];

/** One value that a text gives fields of the form. */
export type Reading = {
  values: Partial<CpeDraft>;
  said: string;
  from: readonly SourceLine[];
  meaning: string;
};

/** A row of the dialog: the value read for a field, or the choices of the operator. */
export type ReadRow = { field: ReadField; certain: Reading | null; choices: readonly Reading[] };

type Value = NonNullable<Device['fields'][ReadField]>['value'];

const rates = (value: Value): Partial<CpeDraft> =>
  typeof value === 'object' && value !== null
    ? { downKbps: String(value.downKbps), upKbps: String(value.upKbps) }
    : {};

/** What decides where an IPv6 address goes. */
export type AddressPlace = {
  /** The address in the form. */
  ipAddress: string;
  /** Whether the desk can record dual-stack values. */
  knowsDualStack: boolean;
};

/**
 * Where each value goes. An IPv6 address is that of an IPv6-only CPE where neither the text nor the
 * form has an IPv4 address.
 */
const draftOf = (
  field: ReadField,
  value: Value,
  { ipAddress }: Device['fields'],
  place: AddressPlace,
): Partial<CpeDraft> | null => {
  if (field === 'bandwidth') return rates(value);
  if (typeof value !== 'string') return null;
  if (field === 'ipv6Prefix') return place.knowsDualStack ? { ipv6Prefix: value } : null;
  if (field !== 'ipv6Address') return { [field]: value };
  const isOnly = ipAddress === undefined;
  if (!place.knowsDualStack) return isOnly ? { ipAddress: value } : null;
  return isOnly && !place.ipAddress.includes('.') ? { ipAddress: value } : { ipv6Address: value };
};

const saidOf = (value: Value): string =>
  typeof value === 'object' && value !== null
    ? `${value.downKbps} / ${value.upKbps} kbit/s`
    : (value ?? '');

/** The order in which people read a record. */
const ORDER: readonly ReadField[] = [
  'manufacturer',
  'model',
  'serialNumber',
  'macAddress',
  'ipAddress',
  'ipv6Address',
  'ipv6Prefix',
  'bandwidth',
  'port',
];

/** What a device says of the fields of the form. */
export const rowsOf = ({ fields }: Device, place: AddressPlace): ReadRow[] =>
  ORDER.flatMap((field): ReadRow[] => {
    const read = fields[field];
    if (!read) return [];
    const readingOf = (value: Value, from: readonly SourceLine[], meaning = ''): Reading[] => {
      const values = draftOf(field, value, fields, place);
      return values ? [{ values, said: saidOf(value), from, meaning }] : [];
    };
    if (read.value !== null) {
      const [certain] = readingOf(read.value, read.from);
      return certain ? [{ field, certain, choices: [] }] : [];
    }
    const choices = read.alternatives.flatMap(({ value, from, meaning }) =>
      readingOf(value, from, meaning),
    );
    return choices.length > 0 ? [{ field, certain: null, choices }] : [];
  });

/** The values to take: all that are certain, and those that were chosen, by field. */
export const valuesOf = (
  rows: readonly ReadRow[],
  chosen: ReadonlyMap<ReadField, number>,
): Partial<CpeDraft> =>
  Object.assign(
    {},
    ...rows.map(
      ({ field, certain, choices }) => (certain ?? choices[chosen.get(field) ?? -1])?.values ?? {},
    ),
  );

/** Whether the form holds a reading's values already. */
export const isInForm = ({ values }: Reading, draft: CpeDraft): boolean =>
  (Object.keys(values) as DraftField[]).every(
    (name) => values[name]?.toLowerCase() === draft[name].toLowerCase(),
  );

/** Whether a text is more than one value: a record was pasted into a field. */
export const isRecord = (text: string): boolean =>
  /[\r\n\t]/.test(text.trim()) || /^\s*\{/.test(text);

/**
 * Turns drafts into the answer: one value for each field, or a choice, and the device that the text
 * is about.
 */
import { normaliseCpe } from '../compare-cpe.ts';
import { type Cpe, type CpeField, cpeFields } from '../cpe.ts';
import { addNote, type Candidate, type Draft } from './core/candidate.ts';
import type { Line } from './core/decode.ts';
import type { DeviceReading, ReadField, ReadFields, ReadNote, SourceLine } from './core/reading.ts';

type Device = DeviceReading['devices'][number];

/** The lines of the text that a line was read from. */
export type ToSource = (line: Line) => SourceLine[];

const keyOf = (value: Candidate['value']): string =>
  typeof value === 'string' ? value.toLowerCase() : `${value.downKbps}/${value.upKbps}`;

/** The source lines of candidates, each once. */
const sourceOf = (candidates: readonly Candidate[], toSource: ToSource): SourceLine[] => {
  const lines = candidates.flatMap((each) => each.lines.flatMap(toSource));
  return [...new Map(lines.map((line) => [line.line, line])).values()];
};

/** What a line has measured is not what it is sold. */
const MEASURED = /speed ?-?test|\bmeasured\b|\bjitter\b|gemessen|diukur/i;

/** The address of a home router on its LAN, as labels print it: seldom that of its line. */
const OF_LAN = /^192\.168\.\d+\.(?:1|254)$/;

const isCertain = ({ field, value, isDoubtful, lines }: Candidate): boolean =>
  !isDoubtful &&
  !(field === 'ipAddress' && typeof value === 'string' && OF_LAN.test(value)) &&
  !(field === 'bandwidth' && lines.some(({ text }) => MEASURED.test(text)));

const readField = (candidates: readonly Candidate[], toSource: ToSource) => {
  const weight = candidates.reduce(
    (most, each) => (each.isOld ? most : Math.max(most, each.weight)),
    0,
  );
  const counted = candidates.filter((each) => each.isOld || each.weight === weight);
  const byValue = Map.groupBy(counted, ({ value }) => keyOf(value));
  const choices = [...byValue.values()].map((same) => ({
    value: same[0]?.value,
    from: sourceOf(same, toSource),
    meaning: same[0]?.meaning ?? '',
  }));
  const [only, ...others] = choices;
  return others.length === 0 && counted.some(isCertain) && !counted.some(({ isOld }) => isOld)
    ? { value: only?.value ?? null, from: only?.from ?? [], alternatives: [] }
    : { value: null, from: [], alternatives: choices };
};

export const fieldsOf = ({ candidates }: Draft, toSource: ToSource): ReadFields => {
  const byField = Map.groupBy(candidates, ({ field }) => field);
  return Object.fromEntries(
    [...byField].map(([field, of]) => [field, readField(of, toSource)]),
  ) as ReadFields;
};

const equals: Readonly<Record<CpeField, (fields: ReadFields, cpe: Cpe) => boolean>> = {
  manufacturer: ({ manufacturer }, cpe) => isSameText(manufacturer?.value, cpe.manufacturer),
  model: ({ model }, cpe) => isSameText(model?.value, cpe.model),
  serialNumber: ({ serialNumber }, cpe) => isSameText(serialNumber?.value, cpe.serialNumber),
  macAddress: ({ macAddress }, cpe) => isSameText(macAddress?.value, cpe.macAddress),
  ipAddress: ({ ipAddress, ipv6Address }, cpe) =>
    isSameText(ipAddress?.value, cpe.ipAddress) || isSameText(ipv6Address?.value, cpe.ipAddress),
  ipv6Address: ({ ipv6Address }, cpe) => isSameText(ipv6Address?.value, cpe.ipv6Address),
  ipv6Prefix: ({ ipv6Prefix }, cpe) => isSameText(ipv6Prefix?.value, cpe.ipv6Prefix),
  bandwidth: ({ bandwidth }, cpe) =>
    bandwidth?.value?.downKbps === cpe.bandwidth.downKbps &&
    bandwidth.value.upKbps === cpe.bandwidth.upKbps,
  port: ({ port }, cpe) => isSameText(port?.value, cpe.port),
};

const isSameText = (
  read: string | null | undefined,
  recorded: string | null | undefined,
): boolean =>
  typeof read === 'string' &&
  typeof recorded === 'string' &&
  read.toLowerCase() === recorded.toLowerCase();

/** The fields that identify a device. Many devices share the others. */
const IDENTIFYING: readonly CpeField[] = ['serialNumber', 'macAddress', 'port'];

const labelOf = ({ label }: Draft, fields: ReadFields, index: number): string =>
  label ??
  [fields.serialNumber, fields.port, fields.macAddress, fields.ipAddress, fields.model].find(
    (field) => field?.value,
  )?.value ??
  `Device ${index + 1}`;

const ADDRESS_FIELDS: readonly ReadField[] = ['ipAddress', 'ipv6Address', 'macAddress'];

const notesOf = ({ notes }: Draft, fields: ReadFields, index: number): ReadNote[] => {
  const pointer = (field?: string) => `/devices/${index}${field ? `/fields/${field}` : ''}`;
  // A value that another line gives is not missing.
  const isSettled = ({ code, field }: Draft['notes'][number]) =>
    (code === 'no-address' &&
      (fields.ipAddress !== undefined || fields.ipv6Address !== undefined)) ||
    ((code === 'port-needs-onu' || code === 'port-needs-level') && fields.port !== undefined) ||
    (code === 'damaged-by-spreadsheet' && field !== undefined && fields[field] !== undefined);
  const several = ADDRESS_FIELDS.filter(
    (field) => (fields[field]?.alternatives.length ?? 0) > 1,
  ).map((field) => ({
    code: 'several-addresses' as const,
    pointer: pointer(field),
    detail: 'The text has several addresses that may be the device’s; choose one',
  }));
  return [
    ...notes
      .filter((each) => !isSettled(each))
      .map(({ code, field, detail }) => ({ code, pointer: pointer(field), detail })),
    ...several,
  ];
};

/**
 * The one certain device: the only one, or the only one that equals the record in the identifying
 * fields. No value of a device that a swap took away is certain, so it equals nothing.
 */
const choose = (devices: readonly Device[]): number | null => {
  if (devices.length === 1) return 0;
  const matching = devices.flatMap(({ match }, index) =>
    match.some((field) => IDENTIFYING.includes(field)) ? [index] : [],
  );
  return matching.length === 1 ? (matching[0] ?? null) : null;
};

/** The values that decide whether two drafts are one device. */
const valuesOf = (draft: Draft): Map<string, Set<string>> => {
  const values = new Map<string, Set<string>>();
  for (const { field, value } of draft.candidates)
    values.set(field, (values.get(field) ?? new Set()).add(keyOf(value)));
  return values;
};

/** Whether two drafts differ in no field that both have. */
const agree = (one: Draft, other: Draft): boolean => {
  const [a, b] = [valuesOf(one), valuesOf(other)];
  return [...a].every(([field, values]) => {
    const others = b.get(field);
    return (
      !others || (values.size === others.size && [...values].every((value) => others.has(value)))
    );
  });
};

/**
 * Joins drafts of one device: the start and the update of a session, the address and the prefix of
 * a lease. They share a serial number, a MAC address or a port, and differ in nothing.
 */
const mergeSame = (drafts: readonly Draft[]): Draft[] => {
  const merged: Draft[] = [];
  const byIdentity = new Map<string, Draft>();
  for (const draft of drafts) {
    const keys = draft.candidates
      .filter(({ field }) => IDENTIFYING.some((each) => each === field))
      .map(({ field, value }) => `${field} ${keyOf(value)}`);
    const known = keys.map((key) => byIdentity.get(key)).find((each) => each !== undefined);
    const isSame = known !== undefined && agree(known, draft);
    const into: Draft = isSame
      ? known
      : { ...draft, candidates: [...draft.candidates], notes: [...draft.notes] };
    if (isSame) {
      const values = valuesOf(known);
      const isNew = ({ field, value }: Candidate) => !values.get(field)?.has(keyOf(value));
      known.candidates.push(...draft.candidates.filter(isNew));
      for (const note of draft.notes) addNote(known, note);
    } else merged.push(into);
    for (const key of keys) byIdentity.set(key, into);
  }
  return merged;
};

export const rankDevices = (
  drafts: readonly Draft[],
  recorded: Cpe | null,
  toSource: ToSource,
): Pick<DeviceReading, 'devices' | 'chosen' | 'notes'> => {
  const cpe = recorded && normaliseCpe(recorded);
  const devices: Device[] = [];
  const notes: ReadNote[] = [];
  for (const draft of mergeSame(drafts)) {
    const fields = fieldsOf(draft, toSource);
    if (Object.keys(fields).length === 0 && draft.notes.length === 0) continue;
    const match = cpe ? cpeFields.filter((field) => equals[field](fields, cpe)) : [];
    notes.push(...notesOf(draft, fields, devices.length));
    devices.push({ label: labelOf(draft, fields, devices.length), fields, match });
  }
  const chosen = devices.length === 0 ? null : choose(devices);
  if (devices.length > 1 && chosen === null)
    notes.unshift({
      code: 'several-devices',
      pointer: '/devices',
      detail: `The text has ${devices.length} devices; choose one`,
    });
  return { devices, chosen, notes };
};

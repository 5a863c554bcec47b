import type { Bandwidth } from '../../fields/bandwidth.ts';
import { formatPort } from '../../fields/ports/port.ts';
import { type OltFacts, readPortText } from '../../fields/ports/read-port-text.ts';
import type { Line } from './decode.ts';
import { makerOfVendorId, splitMaker } from './makers.ts';
import type { Named } from './names.ts';
import { readRate, readRates } from './rates.ts';
import type { ReadField, ReadNoteCode } from './reading.ts';
import {
  isDamagedNumber,
  isNothing,
  readAddress,
  readMac,
  readMakerSerial,
  readSerial,
  unquoted,
} from './values.ts';

/** One value that a line of the text gives for a field. */
export type Candidate = {
  field: ReadField;
  value: string | Bandwidth;
  lines: readonly Line[];
  /** Of the candidates on one field only those with the highest weight count. */
  weight: number;
  /** The meaning of the value, for a person who must choose. */
  meaning: string;
};

export type DraftNote = { code: ReadNoteCode; field?: ReadField; detail: string };

/** The readings of one device so far. */
export type Draft = {
  label?: string;
  candidates: Candidate[];
  notes: DraftNote[];
  /** One direction of the bandwidth, until the second direction follows. */
  rates: { down?: { kbps: number; line: Line }; up?: { kbps: number; line: Line } };
};

export const newDraft = (label?: string): Draft => ({
  label,
  candidates: [],
  notes: [],
  rates: {},
});

const note = (draft: Draft, found: DraftNote): true => {
  if (!draft.notes.some(({ code, field }) => code === found.code && field === found.field))
    draft.notes.push(found);
  return true;
};

/** Adds a candidate; false where the value does not fit the field. */
export const addCandidate = (
  draft: Draft,
  field: ReadField,
  value: string | Bandwidth | undefined,
  line: Line | readonly Line[],
  { weight = 3, meaning = '' } = {},
): boolean => {
  if (value === undefined) return false;
  draft.candidates.push({ field, value, lines: [line].flat(), weight, meaning });
  return true;
};

/** The words of a value that may have remarks around it: `485754431A2B3C4D (HWTC-1A2B3C4D)`. */
const words = (text: string): string[] => [
  text,
  ...text.split(/[\s(),;]+/).filter((word) => word !== ''),
];

const firstRead = <Value>(
  text: string,
  read: (word: string) => Value | undefined,
): Value | undefined => {
  for (const word of words(text)) {
    const value = read(word);
    if (value !== undefined) return value;
  }
  return undefined;
};

/** Adds an address to the field of its kind. */
export const addAddress = (
  draft: Draft,
  text: string,
  line: Line,
  options: { weight?: number; meaning?: string } = {},
): boolean => {
  const parts = text.split(/[\s,;]+/).filter((part) => part !== '');
  let isTaken = false;
  for (const part of parts) {
    const address = readAddress(part);
    if (!address) continue;
    const field = ({ v4: 'ipAddress', v6: 'ipv6Address', prefix: 'ipv6Prefix' } as const)[
      address.kind
    ];
    isTaken = addCandidate(draft, field, address.value, line, options) || isTaken;
    if (address.isWithLength && address.kind !== 'prefix')
      note(draft, {
        code: 'prefix-length-left-out',
        field,
        detail: `${part} has the length of a prefix; the address is ${address.value}`,
      });
  }
  return isTaken;
};

/** Adds a port of the OLT, or a note of the missing level. */
export const addPort = (
  draft: Draft,
  text: string,
  line: Line | readonly Line[],
  olt: OltFacts,
  options: { weight?: number; meaning?: string } = {},
): boolean => {
  const reading = readPortText(text, olt);
  if (!reading) return false;
  if (reading.kind === 'port')
    return addCandidate(draft, 'port', formatPort(reading.port), line, options);
  if (reading.kind === 'pon-port')
    return note(draft, {
      code: 'port-needs-onu',
      field: 'port',
      detail: `${text.trim()} is a PON port; give the ONU on it as well`,
    });
  return note(draft, {
    code: 'port-needs-level',
    field: 'port',
    detail: `${text.trim()} names no ${reading.level}, of which the OLT has several`,
  });
};

const noteDamaged = (draft: Draft, field: ReadField, text: string): true =>
  note(draft, {
    code: 'damaged-by-spreadsheet',
    field,
    detail: `A spreadsheet turned this into a number: ${text}. Copy it from the device or its label`,
  });

const addRate = (
  draft: Draft,
  way: 'down' | 'up',
  name: string,
  text: string,
  line: Line,
): boolean => {
  const unitless = /kb/i.test(name) ? 'k' : /mb/i.test(name) ? 'm' : null;
  const rate = readRate(text, unitless);
  if (!rate) return false;
  if ('either' in rate)
    return note(draft, {
      code: 'ambiguous-rate',
      field: 'bandwidth',
      detail: `${text.trim()} may be ${rate.either.join(' or ')} kbit/s`,
    });
  draft.rates[way] ??= { kbps: rate.kbps, line };
  return true;
};

const addBandwidth = (draft: Draft, text: string, line: Line, weight: number): boolean => {
  const rates = readRates(text);
  if (!rates) return false;
  const all = 'either' in rates ? rates.either : [rates.bandwidth];
  for (const value of all)
    addCandidate(draft, 'bandwidth', value, line, {
      weight,
      meaning: `${value.downKbps}/${value.upKbps} kbit/s`,
    });
  if (all.length > 1)
    note(draft, {
      code: 'ambiguous-rate',
      field: 'bandwidth',
      detail: `${text.trim()} has a dot or a comma that may part decimals or thousands`,
    });
  return true;
};

/** A model or a manufacturer: short text with a letter that is no sentence. */
const readName = (text: string): string | undefined =>
  /\p{L}/u.test(text) && text.length <= 64 && text.split(/\s+/).length <= 6 ? text : undefined;

/** Adds a value that the text names. False where it does not fit the field. */
export const addNamed = (
  draft: Draft,
  { field, weight }: Named,
  name: string,
  raw: string,
  line: Line,
  olt: OltFacts,
): boolean => {
  const text = unquoted(raw);
  if (isNothing(text)) return field === 'address' ? note(draft, noAddress) : true;
  const options = { weight, meaning: name.trim() };
  switch (field) {
    case 'address':
      return addAddress(draft, text, line, options);
    case 'down':
    case 'up':
      return addRate(draft, field, name, text, line);
    case 'bandwidth':
      return addBandwidth(draft, text, line, weight);
    case 'port':
      return (
        firstRead(text, (word) => addPort(draft, word, line, olt, options) || undefined) ?? false
      );
    case 'serialNumber':
      if (isDamagedNumber(text)) return noteDamaged(draft, field, text);
      return (
        addCandidate(draft, field, firstRead(text, readSerial), line, options) ||
        addCandidate(draft, field, readMakerSerial(text), line, { ...options, weight: weight - 2 })
      );
    case 'macAddress':
      if (isDamagedNumber(text)) return noteDamaged(draft, field, text);
      return addCandidate(draft, field, firstRead(text, readMac), line, options);
    case 'manufacturer':
      return addCandidate(draft, field, makerOfVendorId(text) ?? readName(text), line, options);
    case 'model': {
      const split = splitMaker(text);
      addCandidate(draft, 'manufacturer', split?.maker, line, { ...options, weight: 1 });
      return addCandidate(draft, field, split?.model ?? readName(text), line, options);
    }
    default:
      return addCandidate(draft, field, readName(text), line, options);
  }
};

export const noAddress: DraftNote = {
  code: 'no-address',
  field: 'ipAddress',
  detail: 'The text says that the device has no address',
};

export const managementLeftOut: DraftNote = {
  code: 'management-address-left-out',
  field: 'ipAddress',
  detail: 'An address for management or voice is not the customer’s',
};

export const addNote = note;

/** Closes the draft: the rates of both directions form the bandwidth. */
export const finish = (draft: Draft): Draft => {
  const { down, up } = draft.rates;
  if (down && up)
    addCandidate(
      draft,
      'bandwidth',
      { downKbps: down.kbps, upKbps: up.kbps },
      [down.line, up.line],
      {
        weight: 3,
      },
    );
  return draft;
};

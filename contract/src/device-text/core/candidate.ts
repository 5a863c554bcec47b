import type { Bandwidth } from '../../fields/bandwidth.ts';
import type { Line } from './decode.ts';
import type { PortLevel } from './names.ts';
import type { ReadField, ReadNoteCode } from './reading.ts';
import { readAddress } from './values.ts';

/** One value that a line of the text gives for a field. */
export type Candidate = {
  field: ReadField;
  value: string | Bandwidth;
  lines: readonly Line[];
  /** Of the candidates on one field only those with the highest weight count. */
  weight: number;
  /** The meaning of the value, for a person who must choose. */
  meaning: string;
  /** Whether a person must confirm the value, even if it is the only one. */
  isDoubtful?: boolean;
  /** Whether it is of the device that was at the line before: never certain. */
  isOld?: boolean;
  /** The port grammar in which a port is written, where it is known. */
  spelling?: string;
};

type CandidateOptions = {
  weight?: number;
  meaning?: string;
  spelling?: string | undefined;
};

export type DraftNote = { code: ReadNoteCode; field?: ReadField; detail: string };

/** The readings of one device so far. */
export type Draft = {
  label?: string;
  candidates: Candidate[];
  notes: DraftNote[];
  /** The directions of the bandwidth, until both are there. */
  rates: Record<'down' | 'up', { kbps: number; line: Line }[]>;
  /** Levels of the port that have lines of their own. */
  levels: Partial<Record<PortLevel, { value: number; line: Line }>>;
  /** PON ports without an ONU: a line of its own may give the ONU. */
  ponPorts: { text: string; lines: readonly Line[] }[];
};

export const newDraft = (label?: string): Draft => ({
  label,
  candidates: [],
  notes: [],
  rates: { down: [], up: [] },
  levels: {},
  ponPorts: [],
});

/** Adds a note once. */
export const addNote = (draft: Draft, found: DraftNote): true => {
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
  { weight = 3, meaning = '', spelling }: CandidateOptions = {},
): boolean => {
  if (value === undefined) return false;
  const more = spelling === undefined ? {} : { spelling };
  draft.candidates.push({ field, value, lines: [line].flat(), weight, meaning, ...more });
  return true;
};

/** Adds an address to the field of its kind. */
export const addAddress = (
  draft: Draft,
  text: string,
  line: Line,
  options: { weight?: number; meaning?: string } = {},
): boolean => {
  const parts = text.split(/[\s,;()]+/).filter((part) => part !== '');
  let isTaken = false;
  for (const part of parts) {
    const address = readAddress(part);
    if (!address) continue;
    const field = ({ v4: 'ipAddress', v6: 'ipv6Address', prefix: 'ipv6Prefix' } as const)[
      address.kind
    ];
    isTaken = addCandidate(draft, field, address.value, line, options) || isTaken;
    if (address.isWithLength && address.kind !== 'prefix')
      addNote(draft, {
        code: 'prefix-length-left-out',
        field,
        detail: `${part} has the length of a prefix; the address is ${address.value}`,
      });
  }
  return isTaken;
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

import type { OltFacts } from '../fields/ports/read-port-text.ts';
import { addNamed, finish } from './core/add-named.ts';
import { type Draft, newDraft } from './core/candidate.ts';
import { cleanText, type Line } from './core/decode.ts';
import type { Named } from './core/names.ts';
import { readProse } from './core/prose.ts';
import type { ReadFields, ReadNoteCode } from './core/reading.ts';
import { fieldsOf } from './rank.ts';

/** The fields of the form. `address`: IPv4, IPv6, or a delegated prefix. */
export type FormField = Extract<
  Named['field'],
  'serialNumber' | 'macAddress' | 'address' | 'port' | 'bandwidth'
>;

export type FieldTextReading = {
  /** The fields that the text fills. One address field may get IPv4 and IPv6. */
  fields: ReadFields;
  notes: { code: ReadNoteCode; detail: string }[];
  /** The number of invisible characters that were removed. */
  invisible: number;
};

/** `frame 0 slot 1 port 6 ont 2`, `0/1/6 onu 2`: the levels with their names. */
const addPortInWords = (draft: Draft, line: Line, olt: OltFacts): void => {
  readProse(draft, line, olt);
  draft.candidates = finish(draft, olt).candidates.filter(({ field }) => field === 'port');
  if (draft.candidates.length > 0)
    draft.notes = draft.notes.filter(({ field }) => field !== 'port');
};

/** Reads a typed or pasted text for one field, in every spelling of the field. */
export const readFieldText = (field: FormField, text: string, olt: OltFacts): FieldTextReading => {
  const { lines, dropped } = cleanText(text);
  const line = { number: 1, text: lines.map((each) => each.text).join(' ') };
  const draft = newDraft();
  addNamed(draft, { field, weight: 3 }, field, line.text, line, olt);
  finish(draft, olt);
  if (field === 'port' && draft.candidates.length === 0) addPortInWords(draft, line, olt);
  return {
    fields: fieldsOf(draft, () => [{ line: 1, text: line.text.trim() }]),
    notes: draft.notes.map(({ code, detail }) => ({ code, detail })),
    invisible: dropped.invisible,
  };
};

import type { OltFacts } from '../fields/ports/read-port-text.ts';
import { addNamed, finish } from './core/add-named.ts';
import { newDraft } from './core/candidate.ts';
import { cleanText } from './core/decode.ts';
import type { Named } from './core/names.ts';
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

/** Reads a typed or pasted text for one field, in every spelling of the field. */
export const readFieldText = (field: FormField, text: string, olt: OltFacts): FieldTextReading => {
  const { lines, dropped } = cleanText(text);
  const line = { number: 1, text: lines.map((each) => each.text).join(' ') };
  const draft = newDraft();
  addNamed(draft, { field, weight: 3 }, field, line.text, line, olt);
  return {
    fields: fieldsOf(finish(draft, olt), () => [{ line: 1, text: line.text.trim() }]),
    notes: draft.notes.map(({ code, detail }) => ({ code, detail })),
    invisible: dropped.invisible,
  };
};

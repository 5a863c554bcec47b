import { type FormField, type OltFacts, type ReadField, readFieldText } from '@cpe-desk/contract';
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
  port: ['port', 'port'],
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

import type { OltFacts } from '../../fields/ports/read-port-text.ts';
import { addModel } from '../core/add-named.ts';
import { addCandidate, type Draft, newDraft } from '../core/candidate.ts';
import type { Line } from '../core/decode.ts';
import { makerOf, splitMaker } from '../core/makers.ts';
import { readNamedLines } from '../core/named-lines.ts';
import { meaningOf } from '../core/names.ts';
import { readProse } from '../core/prose.ts';
import { withoutOthersSections } from '../core/sections.ts';
import { isDecoration, partsOf, readRows, type Source } from '../core/source.ts';
import { markSide, type Side, sideOfWord } from '../core/swap.ts';
import { readSerial } from '../core/values.ts';
import { valuesAlone } from '../core/words.ts';

/** Separators of rows, and what shows that a line is prose: commas with a space. */
const SEPARATORS: readonly (readonly [separator: string, prose: RegExp, leastRows: number])[] = [
  ['\t', /$^/, 1],
  [';', /; /, 2],
  [',', /, /, 2],
];
/** Rows have so many cells at least. */
const LEAST_CELLS = 4;

/** The serial number of a line of nothing but identities and addresses. */
const serialOfRow = (text: string): string | undefined => {
  const values = valuesAlone(text) ?? [];
  return values.length > 1
    ? values.map(readSerial).find((serial) => serial !== undefined)
    : undefined;
};

const rowsIn = (lines: readonly Line[]): readonly Line[] => {
  for (const [separator, prose, leastRows] of SEPARATORS) {
    const rows = lines.filter(
      ({ text }) => text.split(separator).length >= LEAST_CELLS && !prose.test(text),
    );
    if (rows.length >= leastRows) return rows;
  }
  const rows = lines.filter(({ text }) => serialOfRow(text) !== undefined);
  return new Set(rows.map(({ text }) => serialOfRow(text))).size > 1 ? rows : [];
};

/** A row copied from a table without its headings: each row is a device. */
export const rowsWithoutHeadings: Source = {
  name: 'row-without-headings',
  read: (lines, olt) =>
    readRows(rowsIn(lines), (line) => {
      const draft = newDraft();
      return readProse(draft, line, olt, { isRow: true }).isTaken ? draft : undefined;
    }),
};

/** `Old SN: X`, `**New device**`: the first word of a line that says which device it is about. */
const FIRST_WORD = /^\W*(?<word>\p{L}+)/u;

const sideOfLine = (text: string): Side | undefined =>
  sideOfWord(FIRST_WORD.exec(text)?.groups?.word ?? '');
/** `Device 2`, `ONT 101`, `*** 2. row ***` of a database's vertical output. */
const NUMBERED = /^\W*(?:(?:device|cpe|ont|onu|router) #?\d{1,4}|\d{1,6}\. row)\W*$/i;

/** Lines about a transceiver (SFF-8472) in an output. */
const MODULE = /^\s*vendor (?:pn|sn|rev)\b/i;

const LABELS: Readonly<Record<Side, string>> = { old: 'Old', new: 'New' };

/** Where a device begins: at its number, and where a text has both, at `Old` and `New`. */
const deviceStarts = (lines: readonly Line[]) => {
  const sides = new Set(lines.map(({ text }) => sideOfLine(text)));
  const isSwap = sides.has('old') && sides.has('new');
  return ({ text }: Line, draft: Draft): boolean | string => {
    const side = isSwap ? sideOfLine(text) : undefined;
    if (side) return LABELS[side] !== draft.label && LABELS[side];
    return draft.candidates.length > 0 && NUMBERED.test(text);
  };
};

/** A line of nothing but a name: a few words without a number. */
const NAME_ALONE = /^\s*\p{L}[\p{L} ._()/&#-]{0,58}\d?:?\s*$/u;
/** A line of a label is no longer. */
const LONGEST_LABEL = 60;

/** `Serial number`, `SN:`, `…, Equipment ID:`: the value is on the next line. */
const endsWithName = (line: Line): boolean => {
  if (NAME_ALONE.test(line.text) && meaningOf(line.text) !== undefined) return true;
  const last = partsOf(line).at(-1)?.named;
  return last?.value === '' && meaningOf(last.name) !== undefined;
};

/** Whether a line is nothing but a value: `nameserver 10.20.0.53` has a name of its own. */
const hasNoName = (line: Line, olt: OltFacts): boolean =>
  readProse(newDraft(), line, olt).named === 0 &&
  partsOf(line).every(({ named }) => named === undefined || meaningOf(named.name) === undefined);

/**
 * A page copied from a browser has the name on one line and the value on the next: they become one
 * line.
 */
const joinNamesAndValues = (lines: readonly Line[], olt: OltFacts): Line[] => {
  const joined: Line[] = [];
  let name: Line | undefined;
  for (const line of lines) {
    const isEmpty = isDecoration(line.text);
    if (name && isEmpty) continue;
    const isName = !isEmpty && endsWithName(line);
    if (name && !isName && hasNoName(line, olt))
      joined.push({
        number: line.number,
        first: name.number,
        text: `${name.text.trim().replace(/\s*:$/, '')} : ${line.text.trim()}`,
      });
    else {
      if (name) joined.push(name);
      if (!isName) joined.push(line);
    }
    name = isName ? line : undefined;
  }
  return name ? [...joined, name] : joined;
};

/** Names of a device as a whole: `Router: Huawei HG8245H5`. */
const DEVICE_NAME = /^\s*(?:device|cpe|router|modem|equipment|terminal|hgw)\s*:\s*/i;

/** `Nokia`, `HUAWEI EchoLife HG8245H5`: a line of a label that is a maker, or its model too. */
const readMakerLine = (draft: Draft, line: Line): boolean => {
  const text = line.text.replace(DEVICE_NAME, '').trim();
  const maker = text.length <= LONGEST_LABEL ? makerOf(text) : undefined;
  const model = splitMaker(text)?.model;
  const options = { weight: 1, meaning: 'on a line of its own' };
  if (!maker || (model === undefined && !/^[\w-]+$/.test(text))) return false;
  if (model === undefined) return addCandidate(draft, 'manufacturer', maker, line, options);
  const words = model.split(/\s+/);
  const isModel = words.length <= 3 && /^(?=.*\d)(?=.*[a-z])[\w-]+$/i.test(words.at(-1) ?? '');
  return isModel && addModel(draft, text, line, options);
};

/** A further name in a value: `GW=10.20.1.1 IP=10.20.1.40`. */
const ASSIGNED = /[\s|;,&]\p{L}[\p{L}\p{N}]*=\S/u;

/** Labels, messages, and all other text: by names where there are some, else by forms. */
export const freeText: Source = {
  name: 'free-text',
  read: (lines, olt) => {
    const reading = readNamedLines(joinNamesAndValues(withoutOthersSections(lines), olt), {
      olt,
      // The vendor of an optical module is not that of the device.
      names: lines.some(({ text }) => MODULE.test(text)) ? { vendorname: 'never' } : {},
      startsDevice: deviceStarts(lines),
      // `SN: X, MAC Y, IP Z`: the value has further names in it.
      read: (draft, { name, value, line }) =>
        (/[,;(]|\s\p{L}/u.test(value) && meaningOf(name) !== 'never') || ASSIGNED.test(value)
          ? readSentence(draft, line, value, olt)
          : undefined,
      readOther: (draft, line, isNamed) =>
        readMakerLine(draft, line) ||
        readProse(draft, line, olt, { isNamed: isNamed && !valuesAlone(line.text) }).isTaken,
    });
    for (const draft of reading.drafts)
      if (draft.label === LABELS.old) markSide(draft, 0, { side: 'old', isOwn: true });
    return reading;
  },
};

/** Undefined: the value is one value, with a remark at most. */
const readSentence = (
  draft: Draft,
  line: Line,
  value: string,
  olt: OltFacts,
): boolean | undefined => {
  const rest = readProse(newDraft(), { ...line, text: value }, olt);
  return rest.named > 0 ? readProse(draft, line, olt).isTaken : undefined;
};

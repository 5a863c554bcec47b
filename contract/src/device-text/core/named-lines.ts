/** Reads texts of `name : value` lines, with the additions of a source to the common names. */

import type { OltFacts } from '../../fields/ports/read-port-text.ts';
import { addNamed, finish } from './add-named.ts';
import { type Draft, newDraft } from './candidate.ts';
import type { Line } from './decode.ts';
import { meaningOf, type Named, plainName } from './names.ts';
import { isDecoration, type Part, partsOf, type SourceReading } from './source.ts';

export type NamedLine = { name: string; plain: string; value: string; line: Line };

export type NamedLinesOptions = {
  olt: OltFacts;
  /** Names with another meaning in this source. */
  names?: Readonly<Record<string, Named | 'never'>>;
  /** Whether a line begins another device; its label, if it has one. */
  startsDevice?: (line: Line, draft: Draft) => boolean | string;
  /** Reads a special line. True: used; false: not used; undefined: read it as all sources do. */
  read?: (draft: Draft, named: NamedLine) => boolean | undefined;
  /** Reads words without a name, or with a name that is not known (`isNamed`). */
  readOther?: (draft: Draft, line: Line, isNamed: boolean) => boolean;
};

/** Names of remarks: the values in them may be anything's. */
const REMARK = /^(?:desc|descr|description|desc\d|name|alias|label|customer)$/;

/**
 * Another device begins where its serial number appears again with another value, or, behind an
 * empty line, the name that began the device before.
 */
const beginsAnother = (block: Block, { plain, value }: NamedLine, field: string): boolean => {
  const before = block.seen.get(plain);
  if (before === undefined || before === value || block.draft.candidates.length === 0) return false;
  return field === 'serialNumber' || (block.isAfterGap && block.first === plain);
};

/** The device that is being read. */
type Block = {
  draft: Draft;
  /** Its names with their values. */
  seen: Map<string, string>;
  /** The name of its first field. */
  first?: string;
  /** Whether the line before was empty or a ruler. */
  isAfterGap: boolean;
};

const newBlock = (label?: string): Block => ({
  draft: newDraft(label),
  seen: new Map(),
  isAfterGap: false,
});

/** The lines of a rate whose other direction is missing: nothing was taken of them. */
const linesOfOneDirection = ({ rates: { down, up }, candidates }: Draft): number[] =>
  down.length > 0 && up.length > 0
    ? []
    : [...down, ...up]
        .map(({ line }) => line.number)
        .filter((at) => !candidates.some(({ lines }) => lines.some(({ number }) => number === at)));

/** Reads texts of `name : value` lines. What is not read by name is given to `readOther`. */
export const readNamedLines = (
  lines: readonly Line[],
  { olt, names = {}, startsDevice, read, readOther }: NamedLinesOptions,
): SourceReading => {
  const drafts: Draft[] = [];
  const used = new Set<number>();
  let block = newBlock();
  const begin = (label?: string): void => {
    drafts.push(block.draft);
    block = newBlock(label);
  };
  /** Undefined: the name is not known. */
  const readValue = (named: NamedLine): boolean | undefined => {
    const special = read?.(block.draft, named);
    const meaning = names[named.plain] ?? meaningOf(named.name);
    const field = meaning && meaning !== 'never' ? meaning.field : undefined;
    if (special === undefined && field && beginsAnother(block, named, field)) begin();
    block.seen.set(named.plain, named.value);
    if (field) block.first ??= named.plain;
    if (special !== undefined || meaning === undefined) return special;
    return meaning === 'never'
      ? false
      : addNamed(block.draft, meaning, named.name, named.value, named.line, olt);
  };
  const readPart = (line: Line, { text, named }: Part): boolean => {
    const known = named && readValue({ ...named, plain: plainName(named.name), line });
    if (known !== undefined) return known;
    return readOther?.(block.draft, { ...line, text }, named?.isAssigned === true) ?? false;
  };
  for (const line of lines) {
    if (line.text === '') {
      block.isAfterGap = true;
      continue;
    }
    const start = startsDevice?.(line, block.draft);
    if (start) begin(typeof start === 'string' ? start : undefined);
    const parts = partsOf(line);
    const isRemark = REMARK.test(plainName(parts[0]?.named?.name ?? ''));
    const results = isRemark
      ? [readPart(line, { text: line.text, named: parts[0]?.named })]
      : parts.map((part) => readPart(line, part));
    if (results.includes(true)) used.add(line.number);
    block.isAfterGap = isDecoration(line.text);
  }
  drafts.push(block.draft);
  for (const draft of drafts) {
    finish(draft, olt);
    for (const number of linesOfOneDirection(draft)) used.delete(number);
  }
  return { drafts, used };
};

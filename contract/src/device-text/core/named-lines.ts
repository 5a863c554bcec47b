/** Reads texts of `name : value` lines, with the additions of a source to the common names. */

import type { OltFacts } from '../../fields/ports/read-port-text.ts';
import { addNamed, type Draft, finish, newDraft } from './candidate.ts';
import type { Line } from './decode.ts';
import { meaningOf, type Named, plainName } from './names.ts';
import { namedValueOf, type SourceReading } from './source.ts';

export type NamedLine = { name: string; plain: string; value: string; line: Line };

export type NamedLinesOptions = {
  olt: OltFacts;
  /** Names with another meaning in this source. */
  names?: Readonly<Record<string, Named | 'never'>>;
  /** Whether a line begins another device; its label, if it has one. */
  startsDevice?: (line: Line, draft: Draft) => boolean | string;
  /** Reads a special line. True: used; false: not used; undefined: read it as all sources do. */
  read?: (draft: Draft, named: NamedLine) => boolean | undefined;
  /** Reads a line without a name. */
  readOther?: (draft: Draft, line: Line) => boolean;
};

const DEVICE_FIELDS = new Set(['serialNumber', 'port', 'model', 'macAddress']);

/** Another device begins where an identifying name appears again with another value. */
const repeats = (
  draft: Draft,
  seen: ReadonlyMap<string, string>,
  { plain, value }: NamedLine,
  field: string,
): boolean =>
  field === 'serialNumber' &&
  draft.candidates.some((addCandidate) => DEVICE_FIELDS.has(addCandidate.field)) &&
  seen.has(plain) &&
  seen.get(plain) !== value;

export const readNamedLines = (
  lines: readonly Line[],
  options: NamedLinesOptions,
): SourceReading => {
  const { olt, names = {}, startsDevice, read, readOther } = options;
  const drafts: Draft[] = [];
  const used = new Set<number>();
  let draft = newDraft();
  let seen = new Map<string, string>();
  const begin = (label?: string): void => {
    drafts.push(draft);
    draft = newDraft(label);
    seen = new Map();
  };
  for (const line of lines) {
    const start = startsDevice?.(line, draft);
    if (start) begin(typeof start === 'string' ? start : undefined);
    const pair = namedValueOf(line);
    if (!pair) {
      if (readOther?.(draft, line)) used.add(line.number);
      continue;
    }
    const named = { ...pair, plain: plainName(pair.name), line };
    const special = read?.(draft, named);
    const meaning = names[named.plain] ?? meaningOf(named.name);
    if (
      special === undefined &&
      meaning &&
      meaning !== 'never' &&
      repeats(draft, seen, named, meaning.field)
    )
      begin();
    seen.set(named.plain, named.value);
    const isUsed =
      special ??
      (meaning !== undefined && meaning !== 'never'
        ? addNamed(draft, meaning, named.name, named.value, line, olt)
        : (readOther?.(draft, line) ?? false));
    if (isUsed) used.add(line.number);
  }
  drafts.push(draft);
  return { drafts: drafts.map(finish), used };
};

/** Sections of a text about something that is not the CPE: `[lan]`, `LAN Status`, `wifi:`. */
import type { Line } from './decode.ts';
import { meaningOf } from './names.ts';
import { namedValueOf } from './source.ts';

/** `[lan]` of an INI file. */
const BRACKETS = /^\s*\[(?<name>[^\]]{1,40})\]\s*$/;
/** `lan:` of YAML: the section is what is further to the right. */
const INDENTED = /^(?<indent>\s*)(?<name>[\p{L}_][\p{L}\p{N} _-]{0,40}):\s*$/u;
/** `LAN Status`: a few words on a line of their own. */
const WORDS = /^\s*(?<name>\p{L}[\p{L}\p{N} /-]{0,40})\s*$/u;

const indentOf = (text: string): number => /^\s*/.exec(text)?.[0].length ?? 0;

const isAssigned = (line: Line | undefined): boolean =>
  line !== undefined && namedValueOf(line)?.isAssigned === true;

/** Ends the section; undefined: the line begins no section. */
const sectionAt = (line: Line, next: Line | undefined): ((line: Line) => boolean) | undefined => {
  const isNever = (name: string | undefined) => name !== undefined && meaningOf(name) === 'never';
  if (isNever(BRACKETS.exec(line.text)?.groups?.name)) return ({ text }) => BRACKETS.test(text);
  const indented = INDENTED.exec(line.text)?.groups;
  if (isNever(indented?.name) && next && indentOf(next.text) > indentOf(line.text))
    return ({ text }) => text.trim() !== '' && indentOf(text) <= indentOf(line.text);
  if (isNever(WORDS.exec(line.text)?.groups?.name) && isAssigned(next))
    return (each) => !isAssigned(each);
  return undefined;
};

/** The lines without those of sections about something else. They stay unread. */
export const withoutOthersSections = (lines: readonly Line[]): Line[] => {
  let ends: ((line: Line) => boolean) | undefined;
  return lines.filter((line, at) => {
    if (ends?.(line)) ends = undefined;
    if (ends) return false;
    ends = sectionAt(line, lines[at + 1]);
    return ends === undefined;
  });
};

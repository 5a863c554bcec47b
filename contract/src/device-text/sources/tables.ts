import type { OltFacts } from '../../fields/ports/read-port-text.ts';
import { addNamed, type Draft, finish, newDraft } from '../core/candidate.ts';
import type { Line } from '../core/decode.ts';
import { meaningOf } from '../core/names.ts';
import { isDecoration, type Source } from '../core/source.ts';
import { unquoted } from '../core/values.ts';

const SEPARATORS = ['\t', ';', '|', ','];

/** The cells of a row of CSV (RFC 4180) or of a table with tabs or bars. */
const cellsOf = (row: string, separator: string): string[] => {
  const cells: string[] = [''];
  let isQuoted = false;
  for (const character of row) {
    if (character === '"') isQuoted = !isQuoted;
    if (character === separator && !isQuoted) cells.push('');
    else cells[cells.length - 1] += character;
  }
  return cells.map(unquoted);
};

const named = (cells: readonly string[]) => cells.map((cell) => meaningOf(cell));

/** The first line of which at least two cells are names of a CPE's fields. */
const findHeading = (lines: readonly Line[]) => {
  for (const [index, { text }] of lines.entries())
    for (const separator of SEPARATORS) {
      if (!text.includes(separator)) continue;
      const cells = cellsOf(text, separator);
      const meanings = named(cells);
      const known = meanings.filter((meaning) => meaning !== undefined && meaning !== 'never');
      if (known.length >= 2 && cells.every((cell) => !/^[\d.:/]+$/.test(cell)))
        return { index, separator, cells, meanings };
    }
  return undefined;
};

const readRow = (
  row: Line,
  heading: NonNullable<ReturnType<typeof findHeading>>,
  olt: OltFacts,
): Draft | undefined => {
  const draft = newDraft();
  let isTaken = false;
  for (const [index, cell] of cellsOf(row.text, heading.separator).entries()) {
    const meaning = heading.meanings[index];
    if (!meaning || meaning === 'never') continue;
    isTaken = addNamed(draft, meaning, heading.cells[index] ?? '', cell, row, olt) || isTaken;
  }
  return isTaken ? finish(draft) : undefined;
};

/** CSV, tab-separated and bar-separated tables with headings: each row is a device. */
export const tableWithHeadings: Source = {
  name: 'table-with-headings',
  read(lines, olt) {
    const heading = findHeading(lines);
    if (!heading) return undefined;
    const drafts: Draft[] = [];
    const used = new Set<number>([lines[heading.index]?.number ?? 0]);
    for (const row of lines.slice(heading.index + 1)) {
      if (isDecoration(row.text) || !row.text.includes(heading.separator)) continue;
      const draft = readRow(row, heading, olt);
      if (!draft) continue;
      drafts.push(draft);
      used.add(row.number);
    }
    return drafts.length > 0 ? { drafts, used } : undefined;
  },
};

import type { OltFacts } from '../../fields/ports/read-port-text.ts';
import { addNamed, finish } from '../core/add-named.ts';
import { addNote, type Draft, managementLeftOut, newDraft } from '../core/candidate.ts';
import type { Line } from '../core/decode.ts';
import { type Meaning, meaningOf } from '../core/names.ts';
import { isDecoration, namedValueOf, type Source } from '../core/source.ts';
import { unquoted } from '../core/values.ts';

/** Splits a row into the cells of the table's columns. */
type Split = (row: string) => string[];

const SEPARATORS = ['\t', ';', '|', ','];
/** A table is no wider. */
const LONGEST_ROW = 20_000;

/** Cells of CSV (RFC 4180), or of a table with tabs or bars. */
const splitAt =
  (separator: string): Split =>
  (row) => {
    if (!row.includes(separator)) return [];
    const cells: string[] = [''];
    let isQuoted = false;
    for (const character of row) {
      if (character === '"') isQuoted = !isQuoted;
      if (character === separator && !isQuoted) cells.push('');
      else cells[cells.length - 1] += character;
    }
    return cells.map(unquoted);
  };

/** Parts of a row with two spaces or more between them. */
const CHUNK = /\S+(?: \S+)*/g;

/**
 * Cells below the headings of a table in columns. The columns begin where the headings do; in
 * another row there are as many parts as headings.
 */
const splitInColumns = (heading: string): Split => {
  const starts = [...heading.matchAll(CHUNK)].map(({ index }) => index);
  return (row) => {
    const isAligned = starts
      .slice(1)
      .every((start) => start >= row.length || row[start - 1] === ' ');
    if (isAligned)
      return starts.map((start, at) => unquoted(row.slice(at === 0 ? 0 : start, starts[at + 1])));
    const chunks = [...row.matchAll(CHUNK)].map(([chunk]) => chunk);
    return chunks.length === starts.length ? chunks : [];
  };
};

type Heading = { index: number; cells: string[]; meanings: (Meaning | undefined)[]; split: Split };

const headingAt = ({ text }: Line, index: number, split: Split): Heading | undefined => {
  const cells = split(text);
  const meanings = cells.map((cell) => meaningOf(cell));
  const known = meanings.filter((meaning) => meaning !== undefined && meaning !== 'never');
  return known.length >= 2 && cells.every((cell) => !/^[\d.:/]+$/.test(cell))
    ? { index, cells, meanings, split }
    : undefined;
};

/** The first line of which at least two cells are names of a CPE's fields. */
const findHeading = (lines: readonly Line[]): Heading | undefined => {
  for (const [index, line] of lines.entries()) {
    if (line.text.length > LONGEST_ROW) continue;
    for (const separator of SEPARATORS) {
      const heading = headingAt(line, index, splitAt(separator));
      if (heading) return heading;
    }
    const inColumns = /\S {2,}\S/.test(line.text)
      ? headingAt(line, index, splitInColumns(line.text))
      : undefined;
    if (inColumns) return inColumns;
  }
  return undefined;
};

/** Columns of Kea's lease file: the kind and the length of a prefix, and leases that have ended. */
const KEA = ['lease_type', 'prefix_len', 'state'] as const;

/** A row of Kea's lease file (memfile) as any row; undefined where the lease has ended. */
const ofKea = (cells: readonly string[], heading: Heading): readonly string[] | undefined => {
  if (!heading.cells.includes('valid_lifetime')) return cells;
  const [type, length, state] = KEA.map((name) => cells[heading.cells.indexOf(name)]);
  if (state !== undefined && state !== '0') return undefined;
  const isPrefix = type === '2' && length !== undefined;
  return cells.map((cell, at) =>
    isPrefix && heading.cells[at] === 'address' ? `${cell}/${length}` : cell,
  );
};

/** Longest cell with line ends in it, in lines. */
const LONGEST_CELL = 30;

const hasOpenQuote = (text: string): boolean => (text.match(/"/g)?.length ?? 0) % 2 === 1;

/** Joins the lines of a quoted cell that has line ends (RFC 4180). */
const joinQuoted = (lines: readonly Line[]): Line[] => {
  const rows: Line[] = [];
  for (const line of lines) {
    const last = rows.at(-1);
    const isOpen = last && hasOpenQuote(last.text) && line.number - last.number <= LONGEST_CELL;
    if (isOpen) {
      const first = last.first ?? last.number;
      rows[rows.length - 1] = { number: line.number, first, text: `${last.text} ${line.text}` };
    } else rows.push(line);
  }
  return rows;
};

/** Columns that say for which service a connection of the device is. */
const SERVICE = /^(?:wan|connection|service)\b/i;
const MANAGEMENT = /tr-?0?69|voip|iptv|mgmt|management/i;

const isManagement = (cells: readonly string[], heading: Heading): boolean =>
  cells.some(
    (cell, at) =>
      SERVICE.test(heading.cells[at] ?? '') && MANAGEMENT.test(cell) && !/internet/i.test(cell),
  );

/** Whether the cells are a row of the table, not another line between or below the rows. */
const isRow = (row: Line, cells: readonly string[], heading: Heading): boolean => {
  const named = namedValueOf(row);
  // `OLT-1:R1.S1.LT5` is a cell, `Gateway: 10.20.0.1` is none.
  const hasName =
    named?.isAssigned === true &&
    /^[^:=]*[:=]\s/.test(row.text) &&
    meaningOf(named.name) !== undefined;
  return 2 * cells.length > heading.cells.length && !hasName;
};

const readRow = (row: Line, heading: Heading, olt: OltFacts): Draft | undefined => {
  const draft = newDraft();
  const cells = row.text.length > LONGEST_ROW ? [] : heading.split(row.text);
  if (!isRow(row, cells, heading)) return undefined;
  for (const [index, cell] of (ofKea(cells, heading) ?? []).entries()) {
    const meaning = heading.meanings[index];
    // An empty cell says nothing.
    if (cell !== '' && meaning && meaning !== 'never')
      addNamed(draft, meaning, heading.cells[index] ?? '', cell, row, olt);
  }
  finish(draft, olt);
  return draft.candidates.length > 0 || draft.notes.length > 0 ? draft : undefined;
};

/** CSV, and tables with tabs, bars or columns, with headings: each row is a device. */
export const tableWithHeadings: Source = {
  name: 'table-with-headings',
  read(lines, olt) {
    const heading = findHeading(lines);
    if (!heading) return undefined;
    const below = lines.slice(heading.index + 1).filter(({ text }) => !isDecoration(text));
    const rows = below.some(({ text }) => hasOpenQuote(text)) ? joinQuoted(below) : below;
    const isLeftOut = (row: Line) => isManagement(heading.split(row.text), heading);
    const read = rows.flatMap((row) => {
      const draft = isLeftOut(row) ? undefined : readRow(row, heading, olt);
      return draft ? [{ draft, number: row.number }] : [];
    });
    if (read.length === 0) return undefined;
    if (rows.some(isLeftOut)) for (const { draft } of read) addNote(draft, managementLeftOut);
    const used = new Set([lines[heading.index]?.number ?? 0, ...read.map(({ number }) => number)]);
    return { drafts: read.map(({ draft }) => draft), used };
  },
};

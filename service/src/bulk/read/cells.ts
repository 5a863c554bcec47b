import { type Finding, NONE_CELL, withoutHidden } from '@cpe-desk/contract';

/** The longest cell, in characters. */
export const LONGEST_CELL = 4000;

/** The text of a cell as its value is read: without what a screen does not draw. */
export const cellValue = (cell: string): string =>
  withoutHidden(cell.replaceAll(/[\u00a0\u2007\u202f]/g, ' ')).trim();

/** Whether a cell clears its column's value. */
export const isNone = (value: string): boolean => value.toLowerCase() === NONE_CELL;

/** A cell as it is stored: PostgreSQL's text has no NUL and no half of a character. */
export const storedCell = (cell: string): string => cell.toWellFormed().replaceAll('\0', '\ufffd');

/** What makes a row malformed whatever its columns mean; empty where nothing does. */
export const cellFaults = (cells: readonly string[], headings: readonly string[]): Finding[] => [
  ...cells.flatMap((cell, index): Finding[] =>
    cell.length > LONGEST_CELL
      ? [
          {
            pointer: '',
            code: 'too-long',
            detail: `The cell of ${headings[index] ?? 'no heading'} has over ${LONGEST_CELL} characters`,
          },
        ]
      : [],
  ),
  ...(cells.some((cell) => cell.includes('\0') || !cell.isWellFormed())
    ? [{ pointer: '', code: 'control-character', detail: 'Leave control characters out' }]
    : []),
];

/** The elements of an array in PostgreSQL's text form. */
export const arrayText = (cells: readonly string[]): string =>
  `{${cells.map((cell) => `"${cell.replaceAll(/["\\]/g, String.raw`\$&`)}"`).join(',')}}`;

/** A row of a table with its number in the file: of the line where it begins, or of the sheet. */
export type TableRow = { number: number; cells: string[] };

export type TableFaultCode =
  | 'not-a-spreadsheet'
  | 'encrypted'
  | 'too-large-unpacked'
  | 'not-a-record'
  | 'too-many-columns'
  | 'unterminated-quote';

/** What keeps a file from being read at all. */
export class TableFault extends RangeError {
  readonly code: TableFaultCode;

  constructor(code: TableFaultCode, detail: string) {
    super(detail);
    this.code = code;
  }
}

/** Most columns of a table. */
export const MOST_COLUMNS = 256;

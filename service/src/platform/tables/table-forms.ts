import { Readable } from 'node:stream';
import { writeCsv } from './write-csv.ts';
import { writeXlsx } from './write-xlsx.ts';

export const XLSX_TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

/** The forms in which a table leaves the desk, by the end of the file's name. */
export const tableForms = {
  csv: {
    words: 'CSV (RFC 4180)',
    type: 'text/csv',
    header: 'text/csv; charset=utf-8; header=present',
    write: (rows: AsyncIterable<string[]>) => Readable.from(writeCsv(rows)),
  },
  xlsx: { words: 'a spreadsheet', type: XLSX_TYPE, header: XLSX_TYPE, write: writeXlsx },
} as const;

export const tableFormNames = ['csv', 'xlsx'] as const;

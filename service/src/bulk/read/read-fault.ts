import type { BulkFault, BulkFaultCode } from '@cpe-desk/contract';
import { TableFault, type TableFaultCode } from '../../platform/tables/table.ts';

/** What keeps a file from being read as a table of rows. */
export class ReadFault extends Error {
  readonly fault: BulkFault;

  constructor(code: BulkFaultCode, detail: string, line: number | null = null) {
    super(detail);
    this.fault = { code, detail, line };
  }
}

const codes: Readonly<Record<TableFaultCode, BulkFaultCode>> = {
  'not-a-spreadsheet': 'not-a-spreadsheet',
  encrypted: 'encrypted',
  'too-large-unpacked': 'too-large-unpacked',
  'not-a-record': 'too-long-line',
  'too-many-columns': 'too-many-columns',
  'unterminated-quote': 'unterminated-quote',
};

/** The fault of a file; undefined for an error that is none. */
export const faultOf = (error: unknown): BulkFault | undefined => {
  if (error instanceof ReadFault) return error.fault;
  if (!(error instanceof TableFault)) return undefined;
  const line = /line (\d+)/i.exec(error.message)?.[1];
  return {
    code: codes[error.code],
    detail: error.message,
    line: line === undefined ? null : Number(line),
  };
};

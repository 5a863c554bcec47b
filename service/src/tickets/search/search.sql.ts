// Written by npm run sql-types from search.sql; do not edit.
import { sqlFile } from '../../platform/database/sql-file.ts';

const statement = sqlFile(import.meta.filename);

export type SelectSamplesOfSearchedColumnsRow = {
  column: string;
  frequent: string[];
  shares: number[];
  bounds: string[];
};
/**
 * The statistics of each searched column: frequent values with their shares, and bounds of equally
 * many others. The row `letters` has trigrams where letters beyond ASCII are letters to pg_trgm.
 */
export const selectSamplesOfSearchedColumns = statement<SelectSamplesOfSearchedColumnsRow, []>('select-samples-of-searched-columns');

// Written by npm run sql-types from search.sql; do not edit.
import { sqlFile } from '../../platform/database/sql-file.ts';

const statement = sqlFile(import.meta.filename);

export type PrepareSearchRow = {
  plain: string;
  parts: string[];
  is_frequent: boolean;
  all: number;
  left: number;
  is_filled: boolean;
};
/**
 * `plain` is the searched text as `ctt.search_text` has it. `parts` are the four parts of three
 * characters that are the rarest in a sample of the column: GIN reads the list of each part, and
 * that of a common one is as long as the table. `is_frequent`: ten or more of the sample of about a
 * hundred have the whole text, so an index would answer a tenth of the table. `left`: of `all`
 * tickets those that the filter leaves. `is_filled`: no ticket lacks its text.
 */
export const prepareSearch = statement<PrepareSearchRow, [
  q: string,
  facets: readonly string[],
]>('prepare-search');

export type FillSearchTextRow = {
  until: string | null;
};
export const fillSearchText = statement<FillSearchTextRow, [
  before: Date | string,
  most: number,
]>('fill-search-text');

import { CsvError, parse } from 'csv-parse/sync';

/**
 * Reads comma-separated values (RFC 4180): the first record names the columns, each other record
 * becomes an object. Throws a RangeError for text that is not CSV, with the line's number.
 */
export const readCsv = (text: string): Record<string, string>[] => {
  try {
    return parse<Record<string, string>>(text, { columns: true, bom: true });
  } catch (error) {
    if (error instanceof CsvError) throw new RangeError(error.message);
    throw error;
  }
};

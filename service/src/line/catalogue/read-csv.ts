const FIELD = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/y;

/**
 * Reads comma-separated values (RFC 4180): the first record names the columns, each other record
 * becomes an object. Throws a RangeError for text that is not CSV, with the record's number.
 */
export const readCsv = (text: string): Record<string, string>[] => {
  const [columns = [], ...records] = recordsOf(text);
  return records.map((fields, index) => {
    if (fields.length === columns.length)
      return Object.fromEntries(columns.map((column, i) => [column, fields[i] ?? '']));
    throw new RangeError(
      `CSV record ${index + 2} has ${fields.length} fields, not ${columns.length}`,
    );
  });
};

const recordsOf = (text: string): string[][] => {
  const records: string[][] = [];
  let record: string[] = [];
  for (let at = 0; at < text.length; at = FIELD.lastIndex) {
    FIELD.lastIndex = at;
    const [found, quoted, plain = '', end] = FIELD.exec(text) ?? [];
    if (found === undefined)
      throw new RangeError(`CSV record ${records.length + 1} has a misplaced quote`);
    record.push(quoted?.replaceAll('""', '"') ?? plain);
    if (end === ',' && FIELD.lastIndex < text.length) continue;
    if (end === ',') record.push('');
    records.push(record);
    record = [];
  }
  return records;
};

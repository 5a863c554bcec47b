import {
  type BulkColumn,
  type BulkMapping,
  type Cpe,
  type CpeUpdateRequest,
  clearableColumns,
  type Finding,
  type FormField,
  type OltFacts,
  parseAnySerialNumber,
  parseIpAddress,
  parseIpv6Prefix,
  parseMacAddress,
  parsePort,
  type ReadFields,
  readFieldText,
} from '@cpe-desk/contract';
import { cellValue, isNone } from '../read/cells.ts';
import { RATE_COLUMNS } from '../read/mapping.ts';
import { readRateCell } from '../read/read-rate-cell.ts';

/** A cell with its heading. Cells that are empty are not there. */
export type Cell = { heading: string; text: string };

/** A row's cells by what their columns mean. */
export type RowCells = Partial<Record<BulkColumn, Cell>>;

/** The cells of a row by their columns. */
export const cellsByColumn = (
  headings: readonly string[],
  cells: readonly string[],
  { columns }: BulkMapping,
): RowCells => {
  const row: RowCells = {};
  for (const [index, heading] of headings.entries()) {
    const column = columns[heading];
    const text = column ? cellValue(cells[index] ?? '') : '';
    if (column && text !== '') row[column] = { heading, text };
  }
  return row;
};

/** The first rate of a row that has two readings. */
export const ambiguousCell = (row: RowCells, { decimalMark }: BulkMapping): Cell | undefined =>
  Object.entries(row).find(
    ([column, { heading, text }]) =>
      RATE_COLUMNS.has(column as BulkColumn) &&
      readRateCell(heading, text, decimalMark) === 'ambiguous',
  )?.[1];

type Side = 'current' | 'new';
const columnOf = (side: Side, name: string): BulkColumn =>
  (side === 'new' ? name : `current${name[0]?.toUpperCase()}${name.slice(1)}`) as BulkColumn;

const texts = [
  'manufacturer',
  'model',
  'ipAddress',
  'port',
  'serialNumber',
  'macAddress',
  'ipv6Address',
  'ipv6Prefix',
] as const;
type TextField = (typeof texts)[number];

type Spelling = {
  parse: (text: string, olt: OltFacts) => { ok: boolean };
  field: FormField;
  from: readonly (keyof ReadFields)[];
};

/** The fields with more spellings than those that the API takes. */
const spellings: Partial<Record<TextField, Spelling>> = {
  ipAddress: {
    parse: (text) => parseIpAddress(text),
    field: 'address',
    from: ['ipAddress', 'ipv6Address'],
  },
  ipv6Address: {
    parse: (text) => parseIpAddress(text),
    field: 'address',
    from: ['ipv6Address', 'ipAddress'],
  },
  ipv6Prefix: { parse: (text) => parseIpv6Prefix(text), field: 'address', from: ['ipv6Prefix'] },
  port: { parse: parsePort, field: 'port', from: ['port'] },
  serialNumber: { parse: parseAnySerialNumber, field: 'serialNumber', from: ['serialNumber'] },
  macAddress: { parse: parseMacAddress, field: 'macAddress', from: ['macAddress'] },
};

/**
 * The value of a text in one of the reader's spellings; the text itself where it has no certain
 * one, so that the rules say what is wrong.
 */
const spelled = (name: TextField, text: string, olt: OltFacts): string => {
  const spelling = spellings[name];
  if (!spelling || spelling.parse(text, olt).ok) return text;
  const read = Object.entries(readFieldText(spelling.field, text, olt).fields);
  const [only] = read;
  if (read.length !== 1 || !only || !spelling.from.some((each) => each === only[0])) return text;
  const { value } = only[1];
  return typeof value === 'string' ? value : text;
};

type Rates = { rates: Partial<Cpe['bandwidth']>; findings: Finding[] };

const ratesOf = (row: RowCells, side: Side, { decimalMark }: BulkMapping): Rates => {
  const read: Rates = { rates: {}, findings: [] };
  for (const name of ['downKbps', 'upKbps'] as const) {
    const cell = row[columnOf(side, name)];
    if (!cell) continue;
    const rate = readRateCell(cell.heading, cell.text, decimalMark);
    if (rate && rate !== 'ambiguous') read.rates[name] = rate.kbps;
    else
      read.findings.push({
        pointer: `/${side}/bandwidth/${name}`,
        code: 'not-a-rate',
        detail: 'Give kbit/s, or a rate with its unit such as 100 Mbit/s',
      });
  }
  return read;
};

/** What the cells of a side say of a CPE. `null`: none. */
export type Said = Partial<Record<TextField, string | null>> & {
  bandwidth: Partial<Cpe['bandwidth']>;
};

const saidOf = (row: RowCells, side: Side, bandwidth: Said['bandwidth'], olt: OltFacts): Said => {
  const said: Said = { bandwidth };
  for (const name of texts) {
    const cell = row[columnOf(side, name)];
    if (!cell) continue;
    const isCleared = clearableColumns.includes(name) && isNone(cell.text);
    said[name] = isCleared ? null : spelled(name, cell.text, olt);
  }
  return said;
};

/** Findings that make the row malformed, as the API would not take such a body. */
export const malformedCells = (row: RowCells, mapping: BulkMapping): Finding[] => [
  ...(row.ticket
    ? []
    : [{ pointer: '/ticket', code: 'required', detail: 'Give the number or id of a ticket' }]),
  ...(['current', 'new'] as const).flatMap((side) => ratesOf(row, side, mapping).findings),
];

const withValues = (recorded: Cpe, said: Said): CpeUpdateRequest['new'] => ({
  ...recorded,
  ...(said as Partial<Cpe>),
  bandwidth: { ...recorded.bandwidth, ...said.bandwidth },
});

/** The values that a line without a CPE lacks in a row. */
export const missingValues = ({ new: said }: { new: Said }): boolean =>
  [said.manufacturer, said.model, said.ipAddress, said.port].some((text) => text === undefined) ||
  said.bandwidth.downKbps === undefined ||
  said.bandwidth.upKbps === undefined;

/** What a row says of the recorded CPE (its guards) and of the new one. */
export const readRow = (
  row: RowCells,
  mapping: BulkMapping,
  olt: OltFacts,
): { current: Said; new: Said } => ({
  current: saidOf(row, 'current', ratesOf(row, 'current', mapping).rates, olt),
  new: saidOf(row, 'new', ratesOf(row, 'new', mapping).rates, olt),
});

/** The update of a row: what it does not say is as recorded. */
export const requestOf = (
  said: { current: Said; new: Said },
  recorded: Cpe,
  reason: string | null,
): CpeUpdateRequest => ({
  current: withValues(recorded, said.current),
  new: withValues(recorded, said.new),
  reason,
});

import { meaningOf, plainName } from '@cpe-desk/contract';

/** How a cell of a member is read. */
type Cell = 'text' | 'number' | 'boolean' | 'ids' | 'range';
type Column = { path: readonly string[]; cell: Cell };

const column = (path: string, cell: Cell = 'text'): [string, Column] => [
  plainName(path),
  { path: path.split('.'), cell },
];

/** The columns of each type by their headings, without regard to case and punctuation. */
const columns: Readonly<Record<string, ReadonlyMap<string, Column>>> = {
  networkElement: new Map([
    ...['id', 'kind', 'name', 'manufacturer', 'model'].map((path) => column(path)),
    column('addresses', 'ids'),
    ...['frames', 'slots', 'ports', 'onuIds'].map((name) => column(`oltPorts.${name}`, 'range')),
  ]),
  serviceLine: new Map([
    ...['id', 'technology', 'accessType', 'segmentGroup', 'customer'].map((path) => column(path)),
    column('managedServices', 'boolean'),
    column('path', 'ids'),
    column('plan.downKbps', 'number'),
    column('plan.upKbps', 'number'),
    ...['id', 'name'].map((name) => column(`cpe.${name}`)),
    ...['downKbps', 'upKbps'].flatMap((name): [string, Column][] => {
      const of: Column = { path: ['cpe', 'bandwidth', name], cell: 'number' };
      return [
        [plainName(name), of],
        [plainName(`cpe.${name}`), of],
        [plainName(`cpe.bandwidth.${name}`), of],
      ];
    }),
    ...['manufacturer', 'model', 'ipAddress', 'port', 'serialNumber', 'macAddress'].flatMap(
      cpeColumn,
    ),
    ...['ipv6Address', 'ipv6Prefix'].flatMap(cpeColumn),
  ]),
  ticket: new Map(
    ['id', 'ticketNo', 'status', 'title', 'openedAt', 'serviceLineId'].map((path) => column(path)),
  ),
};

function cpeColumn(name: string): [string, Column][] {
  const of: Column = { path: ['cpe', name], cell: 'text' };
  return [
    [plainName(name), of],
    [plainName(`cpe.${name}`), of],
  ];
}

/** A heading in another language, by the names that the reader of device texts knows. */
const columnByMeaning = (heading: string): Column | undefined => {
  const meaning = meaningOf(heading);
  if (meaning === undefined || meaning === 'never') return undefined;
  const { field } = meaning;
  if (field === 'down' || field === 'up' || field === 'bandwidth') return undefined;
  return { path: ['cpe', field === 'address' ? 'ipAddress' : field], cell: 'text' };
};

const columnOf = (type: string, heading: string): Column | undefined =>
  columns[type]?.get(plainName(heading)) ??
  (type === 'serviceLine' ? columnByMeaning(heading) : undefined);

/** The value of a cell; text that does not fit stays text, which the record's rules refuse. */
const cellValue = (cell: Cell, text: string): unknown => {
  if (cell === 'number') return /^\d{1,10}$/.test(text) ? Number(text) : text;
  if (cell === 'boolean' && /^(?:true|false)$/i.test(text)) return text.toLowerCase() === 'true';
  if (cell === 'ids') return text.split('|').map((id) => id.trim());
  if (cell === 'range' && /^\d+\s*-\s*\d+$/.test(text)) return text.split('-').map(Number);
  return text;
};

const put = (record: Record<string, unknown>, path: readonly string[], value: unknown): void => {
  const [name = '', ...inner] = path;
  if (inner.length === 0) {
    record[name] = value;
    return;
  }
  const inside = record[name];
  const object: Record<string, unknown> =
    typeof inside === 'object' && inside !== null ? { ...inside } : {};
  record[name] = object;
  put(object, inner, value);
};

/**
 * The record of a table's row: each heading names a member, an empty cell leaves it out. A heading
 * that names none is a member of this name, which is reported as unknown.
 */
export const recordOfRow = (
  headings: readonly string[],
  cells: readonly string[],
): Record<string, unknown> => {
  const isType = (heading: string) => plainName(heading) === 'type';
  const type = cells[headings.findIndex(isType)]?.trim() ?? '';
  const record: Record<string, unknown> = type === '' ? {} : { type };
  for (const [index, heading] of headings.entries()) {
    const text = cells[index]?.trim() ?? '';
    if (text === '' || isType(heading)) continue;
    const of = columnOf(type, heading);
    put(record, of?.path ?? [heading], cellValue(of?.cell ?? 'text', text));
  }
  if (type === 'serviceLine') {
    // An empty path is a path. What is missing inside the others is named by its column.
    record.path ??= [];
    record.plan ??= {};
    if (record.cpe !== undefined) record.cpe = { bandwidth: {}, ...Object(record.cpe) };
  }
  return record;
};

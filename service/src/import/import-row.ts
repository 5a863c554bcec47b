import { normaliseCpe } from '@cpe-desk/contract';
import { claimsOf } from '../line/claims.ts';
import { cpeRow } from '../line/cpe-columns.ts';
import { type Olts, oltOn } from './read-record.ts';
import type { ImportRecord, ServiceLineRecord, TicketRecord } from './record.ts';

/** A row of the table `import_row`: its columns by name, text or what JSON can hold. */
export type ImportRow = Readonly<Record<string, unknown>>;

/** The columns that a file fills, in the order of COPY. */
export const columns = [
  ...[
    'seq',
    'line',
    'type',
    'id',
    'name',
    'kind',
    'manufacturer',
    'model',
    'olt_ports',
    'addresses',
  ],
  ...['technology', 'access_type', 'managed_services', 'segment_group', 'customer'],
  ...['plan_down_kbps', 'plan_up_kbps', 'path', 'olt_id', 'keeps_cpe', 'network_element_id'],
  ...['ip_address', 'down_kbps', 'up_kbps', 'port', 'serial_number', 'mac_address'],
  ...['ipv6_address', 'ipv6_prefix', 'says_ipv6_address', 'says_ipv6_prefix'],
  ...['ticket_no', 'status', 'title', 'opened_at', 'service_line_id', 'keys'],
] as const;

const cpeOf = ({ cpe, path }: ServiceLineRecord, olts: Olts): ImportRow => {
  const oltId = oltOn(path, olts);
  if (cpe === null) return { olt_id: oltId, keeps_cpe: true, keys: [] };
  const normal = normaliseCpe(cpe, olts.get(oltId ?? ''));
  return {
    ...cpeRow(normal),
    ...{ olt_id: oltId, keeps_cpe: false, network_element_id: cpe.id, name: cpe.name ?? cpe.id },
    says_ipv6_address: cpe.ipv6Address !== undefined,
    says_ipv6_prefix: cpe.ipv6Prefix !== undefined,
    keys: [
      `cpe ${cpe.id}`,
      ...claimsOf(normal, oltId).map(({ kind, value }) => `${kind} ${value}`),
    ],
  };
};

const lineOf = (line: ServiceLineRecord, olts: Olts): ImportRow => ({
  technology: line.technology,
  access_type: line.accessType,
  managed_services: line.managedServices,
  segment_group: line.segmentGroup,
  customer: line.customer,
  plan_down_kbps: line.plan.downKbps,
  plan_up_kbps: line.plan.upKbps,
  path: line.path,
  ...cpeOf(line, olts),
});

const ticketOf = (ticket: TicketRecord): ImportRow => ({
  ticket_no: ticket.ticketNo,
  status: ticket.status,
  title: ticket.title,
  opened_at: ticket.openedAt,
  service_line_id: ticket.serviceLineId,
  keys: [`number ${ticket.ticketNo}`],
});

/** What `import_row` holds of a record. Learns its OLT. */
export const importRow = (record: ImportRecord, olts: Olts): ImportRow => {
  const { type, id } = record;
  if (type === 'serviceLine') return { type, id, ...lineOf(record, olts) };
  if (type === 'ticket') return { type, id, ...ticketOf(record) };
  const { kind, name, manufacturer, model, oltPorts, addresses } = record;
  if (kind === 'OLT') olts.set(id, { manufacturer, ports: oltPorts });
  const values = { kind, name, manufacturer, model, addresses: addresses ?? [] };
  return { type, id, ...values, olt_ports: oltPorts, keys: [] };
};

/** An element of an array in PostgreSQL's text form. */
const elementText = (value: unknown): string =>
  `"${String(value).replaceAll(/["\\]/g, String.raw`\$&`)}"`;

const NULL = String.raw`\N`;

/** Other control characters are refused before. */
const escaped = (text: string): string =>
  text.includes('\\') ? text.replaceAll('\\', '\\\\') : text;

const valueText = (value: unknown): string => {
  if (value === undefined || value === null) return NULL;
  if (typeof value === 'string') return escaped(value);
  if (typeof value !== 'object') return String(value);
  const isArray = Array.isArray(value);
  return escaped(isArray ? `{${value.map(elementText).join(',')}}` : JSON.stringify(value));
};

/** A row in the text format of COPY. */
export const copyText = (row: ImportRow): string => {
  let text = '';
  for (const column of columns) text += `${valueText(row[column])}\t`;
  return `${text.slice(0, -1)}\n`;
};

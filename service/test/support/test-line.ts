import type { SegmentGroup, Technology, TicketStatus } from '@cpe-desk/contract';
import type { ImportRecord, ServiceLineRecord } from '../../src/import/record.ts';
import { writeRecords } from '../../src/import/write-records.ts';
import { inTransaction, type Pool } from '../../src/platform/database/database.ts';

type RecordedCpe = NonNullable<ServiceLineRecord['cpe']>;

export type TestLine = {
  ticketNo?: string;
  status?: TicketStatus;
  title?: string;
  openedAt?: string;
  technology?: Technology;
  accessType?: 'GPON' | 'XGS-PON' | null;
  managedServices?: boolean;
  segmentGroup?: SegmentGroup;
  customer?: string;
  plan?: { downKbps: number; upKbps: number };
  /** Without an OLT on its path. */
  hasNoOlt?: boolean;
  /** The id of its OLT. */
  olt?: string;
  /** null: no CPE on record. */
  cpe?: Partial<RecordedCpe> | null;
};

export const TEST_OLT: ImportRecord & { type: 'networkElement' } = {
  type: 'networkElement',
  id: 'olt-test',
  kind: 'OLT',
  name: 'TEST-OLT-01',
  manufacturer: 'Huawei',
  model: 'MA5800-X7',
  oltPorts: { frames: [0, 1], slots: [1, 7], ports: [0, 15], onuIds: [0, 127] },
};

let lines = 0;

/**
 * The records of a new eligible line with one ticket; `id` is the ticket's, `lineId` the line's.
 */
export function testLineRecords(line: TestLine = {}): {
  id: string;
  lineId: string;
  n: number;
  records: ImportRecord[];
} {
  const n = ++lines;
  const [id, lineId] = [`t-${n}`, `line-${n}`];
  const olt = { ...TEST_OLT, id: line.olt ?? TEST_OLT.id };
  const ont: ImportRecord = {
    type: 'networkElement',
    id: `ont-${n}`,
    kind: 'ONT',
    name: `ONT ${n}`,
    manufacturer: null,
    model: null,
    oltPorts: null,
  };
  const serviceLine: ServiceLineRecord = {
    type: 'serviceLine',
    id: lineId,
    technology: line.technology ?? 'FTTH',
    accessType: line.accessType === undefined ? 'GPON' : line.accessType,
    managedServices: line.managedServices ?? true,
    segmentGroup: line.segmentGroup ?? 'SME',
    customer: line.customer ?? `Customer ${n}`,
    plan: line.plan ?? { downKbps: 300_000, upKbps: 100_000 },
    path: line.hasNoOlt ? [ont.id] : [olt.id, ont.id],
    cpe: line.cpe === null ? null : { ...recordedCpe(n), ...line.cpe },
  };
  const ticket: ImportRecord = {
    type: 'ticket',
    id,
    ticketNo: line.ticketNo ?? `CTT-${n}`,
    status: line.status ?? 'inProgress',
    title: line.title ?? 'Wrong device on record',
    openedAt: line.openedAt ?? '2026-11-01T08:00:00Z',
    serviceLineId: lineId,
  };
  const records = [olt, ont, serviceLine, ticket];
  return { id, lineId, n, records };
}

/** Adds a new eligible line with one ticket, as an import does. */
export async function addTestLine(
  db: Pool,
  line: TestLine = {},
): Promise<{ id: string; lineId: string; n: number }> {
  const { records, ...of } = testLineRecords(line);
  await inTransaction(db, (tx) => writeRecords(tx, records, new Date()));
  return of;
}

/** Adds another ticket to a line; answers its id. */
export async function addTestTicket(db: Pool, lineId: string): Promise<string> {
  const id = `${lineId}-again`;
  const ticket: ImportRecord = {
    type: 'ticket',
    id,
    ticketNo: id,
    status: 'pending',
    title: 'Again',
    openedAt: '2026-11-02T00:00:00Z',
    serviceLineId: lineId,
  };
  await inTransaction(db, (tx) => writeRecords(tx, [ticket], new Date()));
  return id;
}

/** A valid record that shares no value with another line's. */
const recordedCpe = (n: number): RecordedCpe => ({
  id: `cpe-${n}`,
  manufacturer: 'Huawei',
  model: 'HG8245Hv5',
  ipAddress: `10.50.${n >> 8}.${n & 255}`,
  bandwidth: { downKbps: 100_000, upKbps: 50_000 },
  port: `0/${1 + (n >> 11)}/${(n >> 7) & 15}:${n & 127}`,
  serialNumber: `HWTC${n.toString(16).toUpperCase().padStart(8, '0')}`,
  macAddress: `02:00:00:00:${(n >> 8).toString(16).padStart(2, '0')}:${(n & 255).toString(16).padStart(2, '0')}`,
});
